"""What a batch found, as one HTML page: sorted by choice of a button."""

from analyzer.report.html.page import templates
from analyzer.report.survey import Survey


def render_survey(survey: Survey) -> str:
    """Return the page; everything that an article chose is escaped."""
    page = templates().get_template("survey.html.jinja")
    return page.render(survey=survey, lines=survey.lines())
