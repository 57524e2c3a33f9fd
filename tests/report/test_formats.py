import csv
import io
import json as plain_json

from msgspec.structs import replace

from analyzer.records import Report
from analyzer.report import json, markdown, schema, table

from .example_report import build_report


def test_json_reads_back_equal_and_twice_the_same_bytes():
    line = json.one_line(build_report())
    assert Report.from_json(line) == build_report()
    assert line == json.one_line(build_report()) and "\n" not in line


def test_pretty_json_is_the_same_object_over_several_lines():
    assert plain_json.loads(json.pretty(build_report())) == plain_json.loads(json.one_line(build_report()))
    assert json.pretty(build_report()).count("\n") > 100


def test_a_report_fits_its_own_schema():
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(schema.schema())
    jsonschema.validate(plain_json.loads(json.one_line(build_report())), schema.schema())


def test_the_schema_refuses_a_stance_that_is_none():
    import jsonschema
    import pytest

    broken = plain_json.loads(json.one_line(build_report()))
    broken["sentences"][0]["stance"] = "angry"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema.schema())


def test_csv_has_one_row_a_sentence_with_its_sources():
    rows = list(csv.DictReader(io.StringIO(table.render([build_report(), build_report()], "sentences"))))
    assert len(rows) == 16
    assert rows[1]["sources"] == "The Lantern Institute" and rows[1]["source_types"] == "ngo"
    assert rows[3]["words_to_watch"] == "world-class (peacock); must-see (promotional)"
    assert rows[3]["voice"] == "article"


def test_markdown_tells_banners_issues_and_sources():
    text = markdown.render(build_report())
    assert "| Advert | Mar 2021 | Reads like an advertisement: **supported**, 0.62 |" in text
    assert "- **Weasel words** █████░░░░░ 0.54, no banner for it, MOS:WEASEL" in text
    assert "| The Lantern Institute | NGO | 2 | 0 | 0 | 0 | 18 % |" in text
    unassessed = build_report().issues[-1]
    assert unassessed.score is None
    claimed = replace(unassessed, claimed_by=(0,), why_null="no links here")
    text = markdown.render(build_report(issues=(claimed,)))
    assert "**: not assessable, " in text and "░" not in text  # without a bar, which would look like 0
    assert "**not assessable**: no links here |" in text


def test_markdown_lists_sentences_only_on_wish():
    assert "## Sentences" not in markdown.render(build_report())
    assert "## Sentences" in markdown.render(build_report(), sentences=True)


def test_the_evidence_of_an_issue_is_a_list_within_its_item_also_where_four_blanks_are_asked_for():
    lines = markdown.render(build_report()).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("- **Reads like an advertisement**"))
    assert lines[first + 1].startswith("    - ")  # as CommonMark and Python-Markdown, which MkDocs uses, both read it
