"""The workshop: models made from recipes, measured on the corpora, and held to floors.

``fit.train`` rebuilds a model, ``evaluate.run`` measures, ``gate`` compares with the floors, ``labels.annotate`` writes
articles out for people to correct, ``agreement.agreement`` compares two people. A model's own code is one module with
``fit(recipe, data) -> Fit``.
"""
