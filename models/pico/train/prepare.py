"""Step 1 of 3: build the text corpus that pico is trained on.

The three steps, from the root of the project:

    python models/pico/train/prepare.py SOURCES CORPUS
    python models/pico/train/bpe.py CORPUS
    python models/pico/train/train.py CORPUS RUN --steps 8000 --hours 8

(and, after the last, `train.py CORPUS RUN --cooldown 8000 800` for the cooled-down branch).

SOURCES is a folder with git clones of the six public repositories the texts come from:

    openstax/osbooks-college-success-bundle
    openstax/osbooks-introduction-anthropology
    openstax/osbooks-introduction-business
    openstax/osbooks-nursing-external-bundle
    openstax/osbooks-principles-economics-bundle
    mlschmitt/classic-books-markdown

Each is looked for in two layouts, so either of these will do:

    git clone https://github.com/OWNER/NAME SOURCES/OWNER/NAME                 (an ordinary clone)
    git clone --bare https://github.com/OWNER/NAME SOURCES/OWNER+NAME/repo     (a bare mirror)

Files are read out of each repository's HEAD commit, whatever is checked out. The repositories keep changing,
so a corpus built from today's HEAD will not be byte for byte the one the bundled checkpoints saw.

CORPUS receives, for both domains ("textbooks": college textbooks in CNXML; "books": classics in Markdown),
{domain}.train.txt and {domain}.heldout.txt: cleaned paragraphs, documents separated by <|endoftext|> on a
line of its own. Every fiftieth document of the shuffled list is held out.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
from pathlib import Path

from lxml import etree

TEXTBOOK_REPOSITORIES = [
    "openstax/osbooks-college-success-bundle",
    "openstax/osbooks-introduction-anthropology",
    "openstax/osbooks-introduction-business",
    "openstax/osbooks-nursing-external-bundle",
    "openstax/osbooks-principles-economics-bundle",
]
BOOK_REPOSITORY = "mlschmitt/classic-books-markdown"

SEPARATOR = "\n<|endoftext|>\n"
BOOK_CHARACTERS = 120_000_000  # stop collecting classics once there are more characters than this
MIN_TEXTBOOK_CHARACTERS = 500  # shorter textbook modules are left out
MIN_PARAGRAPH_CHARACTERS = 20  # paragraphs must be longer than this
HELD_OUT_EVERY = 50
BOOK_ORDER_SEED = 0  # which classics come in before the limit is reached
SPLIT_SEED = 1  # the order of the documents, and so the held-out ones

# A book counts as foreign when its beginning holds too many characters beyond Latin Extended-B.
LANGUAGE_SAMPLE_CHARACTERS = 20_000
LAST_LATIN_CHARACTER = "\u024f"
MAX_FOREIGN_CHARACTERS = 200

PLAIN_PUNCTUATION = {
    "\u2019": "'",
    "\u2018": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2014": " - ",
    "\u2013": "-",
    "\u00a0": " ",
    "\u2026": "...",
}

CNXML_PARAGRAPHS = {"para", "title", "item"}
CNXML_DROPPED = {"math", "metadata", "table", "figure", "equation", "media", "code"}


def find_git_folder(sources: Path, repository: str) -> Path:
    """Return the git directory of `owner/name` under `sources`, as a clone or as a bare mirror."""
    candidates = [
        sources / repository / ".git",
        sources / repository.replace("/", "+") / "repo",
    ]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    looked = " or ".join(map(str, candidates))
    sys.exit(
        f"{repository} not found: looked for {looked}\n"
        f"try: git clone https://github.com/{repository} {sources / repository}"
    )


def git(git_folder: Path, *arguments: str) -> bytes:
    """Run a git command on a repository and return what it prints."""
    command = ["git", f"--git-dir={git_folder}", "-c", "core.quotepath=off", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout


def list_files(git_folder: Path, *folders: str) -> list[str]:
    """List the files of HEAD, of the whole repository or of the given folders only."""
    return git(git_folder, "ls-tree", "-r", "--name-only", "HEAD", *folders).decode().splitlines()


def read_file(git_folder: Path, path: str) -> bytes:
    """Return the content of a file in HEAD."""
    return git(git_folder, "show", f"HEAD:{path}")


def simplify(text: str) -> str:
    """Turn typographic punctuation into ASCII and runs of blanks into one."""
    for fancy, plain in PLAIN_PUNCTUATION.items():
        text = text.replace(fancy, plain)
    return re.sub(r"[ \t]+", " ", text).strip()


def is_element(node: etree._Element) -> bool:
    """Tell an element from a comment or a processing instruction."""
    return isinstance(node.tag, str)


def local_name(node: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return etree.QName(node).localname


def inner_text(element: etree._Element) -> str:
    """Return the readable text inside an element."""
    return (element.text or "") + "".join(text_with_tail(child) for child in element)


def text_with_tail(node: etree._Element) -> str:
    """Return the readable text of a node and what follows it, formulas, tables and pictures left out."""
    tail = node.tail or ""
    if not is_element(node):
        return tail
    if local_name(node) in CNXML_DROPPED:
        return " " + tail
    return inner_text(node) + tail


def clean_cnxml(data: bytes) -> str:
    """Reduce a textbook module in CNXML to its paragraphs, titles and list items.

    A paragraph inside a list item comes out twice (once as part of the item): the bundled run saw it so.
    """
    root = etree.fromstring(data, etree.XMLParser(recover=True, huge_tree=True))
    paragraphs = []
    for node in root.iter():
        if not is_element(node) or local_name(node) not in CNXML_PARAGRAPHS:
            continue
        paragraph = simplify(re.sub(r"\s+", " ", inner_text(node)))
        if len(paragraph) > MIN_PARAGRAPH_CHARACTERS:
            paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)


def clean_markdown(data: bytes) -> str:
    """Reduce a book in Markdown to its paragraphs, without headings, rules and emphasis marks."""
    text = data.decode("utf-8", "ignore").replace("\r\n", "\n")
    text = re.sub(r"^#+ .*$|^-{3,}$|^\*{3,}$", "", text, flags=re.M)
    text = re.sub(r"[*_]{1,3}([^*_\n]+)[*_]{1,3}", r"\1", text)
    paragraphs = []
    for raw in re.split(r"\n\s*\n", text):
        paragraph = simplify(raw.replace("\n", " "))
        if len(paragraph) > MIN_PARAGRAPH_CHARACTERS:
            paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)


def looks_foreign(text: str) -> bool:
    """Tell whether the start of a book is written in another script."""
    sample = text[:LANGUAGE_SAMPLE_CHARACTERS]
    foreign = sum(character > LAST_LATIN_CHARACTER for character in sample)
    return foreign > MAX_FOREIGN_CHARACTERS


def collect_textbooks(sources: Path) -> list[str]:
    """Return the modules of all textbooks, in the order of the repositories and of their file lists."""
    documents = []
    for repository in TEXTBOOK_REPOSITORIES:
        git_folder = find_git_folder(sources, repository)
        for path in list_files(git_folder, "modules"):
            if not path.endswith(".cnxml"):
                continue
            text = clean_cnxml(read_file(git_folder, path))
            if len(text) > MIN_TEXTBOOK_CHARACTERS:
                documents.append(text)
    return documents


def collect_books(sources: Path) -> list[str]:
    """Return classics in a shuffled order, until BOOK_CHARACTERS is passed."""
    git_folder = find_git_folder(sources, BOOK_REPOSITORY)
    paths = [path for path in list_files(git_folder) if path.endswith(".md") and path != "README.md"]
    random.Random(BOOK_ORDER_SEED).shuffle(paths)
    documents: list[str] = []
    characters = 0
    for path in paths:
        try:
            data = read_file(git_folder, path)
        except subprocess.CalledProcessError:
            continue  # listed but absent, as in a partial clone
        text = clean_markdown(data)
        if looks_foreign(text):
            continue
        documents.append(text)
        characters += len(text)
        if characters > BOOK_CHARACTERS:
            break
    return documents


def write_split(domain: str, documents: list[str], corpus: Path) -> None:
    """Shuffle the documents, hold out every fiftieth and write both text files of a domain."""
    random.Random(SPLIT_SEED).shuffle(documents)
    train = [text for index, text in enumerate(documents) if index % HELD_OUT_EVERY != 0]
    held_out = [text for index, text in enumerate(documents) if index % HELD_OUT_EVERY == 0]
    (corpus / f"{domain}.train.txt").write_text(SEPARATOR.join(train), encoding="utf-8")
    (corpus / f"{domain}.heldout.txt").write_text(SEPARATOR.join(held_out), encoding="utf-8")
    train_millions = sum(map(len, train)) / 1e6
    held_out_millions = sum(map(len, held_out)) / 1e6
    print(
        f"{domain}: {len(documents)} documents, {train_millions:.2f} M characters to train on, "
        f"{held_out_millions:.2f} M held out"
    )


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Build pico's training corpus from clones of its sources.")
    parser.add_argument("sources", type=Path, help="folder of git clones: OWNER/NAME or OWNER+NAME/repo")
    parser.add_argument("corpus", type=Path, help="folder to write the text files to")
    return parser.parse_args()


def main() -> None:
    """Collect both domains and write them out."""
    arguments = parse_arguments()
    arguments.corpus.mkdir(parents=True, exist_ok=True)
    textbooks = collect_textbooks(arguments.sources)
    books = collect_books(arguments.sources)
    write_split("textbooks", textbooks, arguments.corpus)
    write_split("books", books, arguments.corpus)


if __name__ == "__main__":
    main()
