"""How much of anything is read and analysed: one number each, so that no input costs more than its length.

What is over a limit is cut or left out with a notice, or refused (:data:`analyzer.vocabulary.REFUSALS`);
docs/reliability.md lists them.
"""

MAX_BYTES = 64 << 20  # of one article, of one line or cell that holds one, of a wiki's answer; unpacked
MAX_TEXT = 4 << 20  # characters of a dump's page; MediaWiki refuses to save more than 2 MB
MAX_RATIO = 300  # bytes out for each byte in; real dumps stay under 200
FREE_BYTES = 16 << 20  # below this a high ratio does no harm
MAX_EMPTY = 100_000  # rows in a row of a table, none of which holds an article
MAX_COLUMNS = 20_000  # of a table
MAX_TITLE = 500  # characters of a title, a heading beside sentences, a subject or an id; MediaWiki has 255 bytes
MAX_FIELD = 2_000  # characters of a field of a dump's page other than its text
MAX_NAME = 4_096  # characters of a file's name; Linux has no longer paths
MAX_DEPTH = 1_000  # open elements around a place of an HTML page of more than 64 kB
MAX_ATTRIBUTES = 200  # of a tag of an HTML page that is longer than 8 kB
MAX_QUOTES = 200  # quotations of an HTML page whose sources are looked for
MAX_HEIGHT = 100  # templates and links, or XML elements, inside each other; MediaWiki's own limit as well
MAX_OPEN = 2_000  # templates and links that are open at one place
MAX_LINKS = 20_000  # external links of an article
MAX_REFERENCES = 20_000  # entries of an article's reference list
MAX_URL = 2_000  # characters of an address; 100 kB of data in a link is nobody's source
MAX_DIGITS = 7  # of a character's number in an entity; the last character of Unicode has that many
WAIT = 60.0  # seconds that a pipe may keep silent

# Of what was read, so much is analysed.
MAX_BANNERS = 300  # of an article
MAX_SECTIONS = 2_000  # of an article
MAX_CITATIONS = 50_000  # reference markers of an article
MAX_INLINE_TAGS = 10_000  # "[citation needed]" and the like, of an article
MAX_RUN = 400  # characters without a blank; spaCy's tokenizer is quadratic in them, and most addresses are shorter
MAX_MARKS = 80  # marks in a row, with blanks between or without: each is a token, and a line of them says nothing
MAX_PASSAGE = 20_000  # characters that are parsed as one; a paragraph of more is cut behind a sentence
MAX_WORDS = 400_000  # of an article; the longest have a tenth of them
MAX_SENTENCE = 500  # words of a sentence in which it is looked for who speaks; longer ones are no prose
