"""CSV files that are none, that are broken, and that would take memory or time; and files of other kinds."""

from collections.abc import Callable

from tests.hostile.archives import Corpus

TABLE = "Klantnummer;Bedrijfsnaam;E-mail;Land\n1;Café;ap@nova.example;NL\n"
ACCENTS = "\u0315\u0316"
"""Two accents, in the order that is not the normal one."""


def said(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    """Makes a file of this text."""
    return lambda: text.encode(encoding)


def with_row(row: str) -> Callable[[], bytes]:
    """Makes the good table with another row."""
    return said(f"{TABLE}{row}\n")


OTHER_KINDS: Corpus = {
    "PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "file_kind_unknown"),
    "PNG": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100), "file_kind_unknown"),
    "JPEG": (lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(100), "file_kind_unknown"),
    "gzip": (lambda: b"\x1f\x8b\x08\0" + bytes(100), "file_kind_unknown"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(100), "file_kind_unknown"),
    "database": (lambda: b"SQLite format 3\0" + bytes(100), "file_kind_unknown"),
    "program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(range(256)), "file_has_nul"),
    "program without NUL": (lambda: b"MZ\x90\x03" + bytes(range(1, 256)) * 20, "file_kind_unknown"),
    "page saved as .xls": (said("<html><body><table><tr><td>Klantnummer</td></tr></table>"), "file_kind_unknown"),
    "XML of Excel 2003": (
        said('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'),
        "file_kind_unknown",
    ),
    "rich text": (said("{\\rtf1\\ansi Klantnummer}"), "file_kind_unknown"),
    "JSON": (said('[{"Klantnummer": 1, "Bedrijfsnaam": "Nova"}]'), "headings_not_found"),
    "JSON on many lines": (said('{\n  "Klantnummer": 1,\n  "Bedrijfsnaam": "Nova"\n}\n'), "headings_not_found"),
    "script": (said("#!/bin/sh\nrm -rf /tmp/x\n"), "headings_not_found"),
    "symbolic link of Excel 4": (said('ID;PWXL;N;E\nC;Y1;X1;K"Klantnummer"\nE\n'), "headings_not_found"),
}

ENCODINGS: Corpus = {
    "UTF-16 without mark": (said(TABLE, "utf-16-le"), "file_has_nul"),
    "UTF-16 that ends in half a character": (lambda: TABLE.encode("utf-16")[:-1], "file_encoding_unknown"),
    "UTF-16 with half a pair": (lambda: TABLE.encode("utf-16") + b"\x00\xd8\x0a\x00", "file_encoding_unknown"),
    "UTF-16 mark alone": (lambda: b"\xff\xfe", "headings_not_found"),
    "UTF-32": (said(TABLE, "utf-32"), "file_kind_unknown"),
    "UTF-32 without mark": (said(TABLE, "utf-32-be"), "file_has_nul"),
    "UTF-8 mark alone": (lambda: b"\xef\xbb\xbf", "headings_not_found"),
    "UTF-8 mark and Latin-1": (lambda: b"\xef\xbb\xbf" + TABLE.encode("latin-1"), "file_encoding_unknown"),
    "two marks": (lambda: b"\xef\xbb\xbf\xff\xfe" + TABLE.encode(), "file_encoding_unknown"),
    "bytes of no encoding": (lambda: TABLE.encode() + b"2;\x81\x8d\x8f\n", "file_encoding_unknown"),
    "surrogates in UTF-8": (lambda: TABLE.encode() + b"2;\xed\xa0\x80x;x\n", "mail_malformed"),
    "EBCDIC": (said(TABLE, "cp500"), "file_encoding_unknown"),
    "NUL in a cell": (with_row("2;Zo\0rg"), "file_has_nul"),
    "NUL alone": (lambda: b"\0", "file_has_nul"),
    "a megabyte of NUL": (lambda: bytes(2**20), "file_has_nul"),
    "end of file in a cell": (with_row("2;Zo\x1arg"), "text_control"),
    "right to left in a country": (with_row("2;Zorg;;\u202eLN"), "country_malformed"),
}

TEXTS: Corpus = {
    "empty file": (lambda: b"", "file_empty"),
    "only newlines": (lambda: b"\n" * 10_000_000, "file_too_many_rows"),
    "a few newlines": (lambda: b"\r\n" * 500, "headings_not_found"),
    "only carriage returns": (lambda: b"\r" * 10_000_000, "file_too_many_rows"),
    "only blanks": (lambda: b" " * 500_000, "file_cell_too_long"),
    "one line of 10 MB": (lambda: b"x" * 10_000_000, "file_line_too_long"),
    "one quoted line of 10 MB": (lambda: b'"' + b"x" * 10_000_000, "file_line_too_long"),
    "one line of delimiters": (lambda: b";" * 10_000_000, "file_line_too_long"),
    "more than 20 MB": (lambda: b"a;b\n" * 6_000_000, "file_too_large"),
    "a million columns": (lambda: b"a;" * 499_000 + b"\n", "file_too_many_columns"),
    "a million rows": (lambda: b"a;b\n" * 1_000_000, "file_too_many_rows"),
    "too many cells": (lambda: (b"a;" * 900 + b"\n") * 1_000, "file_too_many_cells"),
    "cell of 40,000 characters": (with_row(f"2;{'x' * 40_000}"), "text_too_long"),
    "cell of 70,000 characters": (with_row(f"2;{'x' * 70_000}"), "file_cell_too_long"),
    "cell of 200,000 characters": (with_row(f"2;{'x' * 200_000}"), "file_cell_too_long"),
    "20 MB of endless accents": (said(TABLE + f"2;a{ACCENTS * 32_000};x\n" * 150), "mail_malformed"),
    "20 MB of accents in short cells": (said(TABLE + f"2;a{ACCENTS * 350}\n" * 13_000), "text_malformed"),
    "20 MB of wide characters": (said(TABLE + f"2;😀{'x' * 60_000};x\n" * 330), "text_too_long"),
    "tens of thousands of wrong rows": (said(TABLE + "x\x01;\x01;x;zzz\n" * 50_000), "text_control"),
    "quote that is never closed": (with_row('2;"Zorg\n3;Later'), "file_quotes_broken"),
    "quote that is never closed for long": (with_row('2;"' + "x\n" * 5_000), "file_cell_too_long"),
    "text after a quote": (with_row('2;"Zorg"x'), "file_quotes_broken"),
    "a storm of quotes": (lambda: b'"' * 900_000, "file_cell_too_long"),
    "a storm of quoted lines": (lambda: b'"\n' * 3_000_000, "file_too_many_rows"),
    "a storm of quotes and delimiters": (lambda: b'"";' * 300_000, "file_too_many_columns"),
    "no headings": (said("1;Nova;ap@nova.example\n2;Zorg;x\n"), "headings_not_found"),
    "heading twice": (said("Naam;Plaats;Naam\nNova;Gent;x\n"), "heading_twice"),
    "another delimiter is said": (said(f"sep=|\n{TABLE}"), "headings_not_found"),
    "only a delimiter is said": (said("sep=;"), "headings_not_found"),
    "formula": (with_row("2;Zorg;=cmd|' /C calc'!A0;NL"), "mail_malformed"),
    "formula of another program": (with_row('2;Zorg;;=DDE("cmd")'), "country_malformed"),
    "the same number a thousand times": (said(TABLE + "2;Zorg\n" * 1_000), "number_twice"),
}
