"""The issue house.shouting: sentences that end in exclamation marks."""

from analyzer.issues import Finding
from analyzer.records import Annotated, Evidence


class Shouting:
    """One sentence in five that shouts is a score of 1."""

    issue = "house.shouting"
    family = "house"
    title = "Shouts at its readers"
    needs = frozenset({"text"})
    policy = "house style, chapter 3"
    summary = "sentences that end in exclamation marks"

    def score(self, annotated: Annotated) -> Finding:
        """Return the share of sentences that shout, five times, with each of them as evidence."""
        loud = [each for each in annotated.sentences if each.text.rstrip().endswith("!")]
        if not annotated.sentences:
            return Finding(None, why_null="there is no sentence")
        found = [Evidence(reason="shouts", rule="shouting", start=each.start, end=each.end) for each in loud]
        return Finding(min(1.0, 5 * len(loud) / len(annotated.sentences)), tuple(found))
