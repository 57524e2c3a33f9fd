"""What every trainer uses: recipe, fit, weights, card, figures."""
