#!/usr/bin/python3
"""Writes roots.csv and proof.json beside this file: state roots and one proof, computed with
hashlib from the words of data/FORMATS.md, in the plainest way and apart from the program.

Byte j of row i of the table at place t is (7 i + 13 j + 29 t + (i >> 8)) mod 256.
"""

import hashlib
import json
import pathlib

CASES = [
    "accounts:128:1:0",
    "accounts:128:1:1",
    "accounts:128:1:2",
    "accounts:128:1:3",
    "accounts:128:1:8",
    "accounts:128:1:9",
    "positions:64:2:1",
    "positions:64:2:2",
    "positions:64:2:5",
    "cash:24:1:6",
    "cash:24:5:1003",
    "orders:96:4:4096",
    "orders:96:4:4097",
    "",
    "assets:32:1:2 accounts:128:1:5 positions:24:2:7 orders:64:2:0",
]
PROOF = (CASES[-1], "positions", 4)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def parse(case):
    for place, text in enumerate(case.split()):
        name, row_bytes, rows_per_leaf, rows = text.split(":")
        yield place, name, int(row_bytes), int(rows_per_leaf), int(rows)


def leaves_of(place, row_bytes, rows_per_leaf, rows):
    table = b"".join(
        bytes((7 * i + 13 * j + 29 * place + (i >> 8)) % 256 for j in range(row_bytes))
        for i in range(rows)
    )
    size = row_bytes * rows_per_leaf
    cut = [table[at : at + size] for at in range(0, len(table), size)]
    return [leaf.ljust(size, b"\0") for leaf in cut]


def depth_of(leaves):
    depth = 0
    while 2**depth < len(leaves):
        depth += 1
    return depth


def tree(leaves, depth, begin=0):
    """The root of the 2^depth places from `begin` on."""
    if depth == 0:
        return sha256(leaves[begin]) if begin < len(leaves) else bytes(32)
    half = 2 ** (depth - 1)
    return sha256(tree(leaves, depth - 1, begin), tree(leaves, depth - 1, begin + half))


def state(case):
    message = b"lockstep-state-v1" + len(case.split()).to_bytes(4, "little")
    for place, name, row_bytes, rows_per_leaf, rows in parse(case):
        leaves = leaves_of(place, row_bytes, rows_per_leaf, rows)
        message += name.encode().ljust(16, b"\0")
        message += row_bytes.to_bytes(4, "little") + rows_per_leaf.to_bytes(4, "little")
        message += rows.to_bytes(8, "little") + tree(leaves, depth_of(leaves))
    return sha256(message)


def proof(case, table, row):
    tables, chosen = [], None
    for place, name, row_bytes, rows_per_leaf, rows in parse(case):
        leaves = leaves_of(place, row_bytes, rows_per_leaf, rows)
        root = tree(leaves, depth_of(leaves)).hex()
        tables.append(
            dict(name=name, row_bytes=row_bytes, rows_per_leaf=rows_per_leaf, rows=rows, root=root)
        )
        if name == table:
            chosen = leaves, row_bytes, rows_per_leaf
    leaves, row_bytes, rows_per_leaf = chosen
    place = row // rows_per_leaf
    at = row % rows_per_leaf * row_bytes
    leaf = leaves[place]
    siblings = [
        tree(leaves, level, ((place >> level) ^ 1) << level).hex()
        for level in range(depth_of(leaves))
    ]
    return {
        "format": "lockstep-proof-1",
        "table": table,
        "row": row,
        "bytes": leaf[at : at + row_bytes].hex(),
        "leaf_before": leaf[:at].hex(),
        "leaf_after": leaf[at + row_bytes :].hex(),
        "siblings": siblings,
        "tables": tables,
    }


if __name__ == "__main__":
    here = pathlib.Path(__file__).parent
    lines = ["tables (name:row_bytes:rows_per_leaf:rows),root"]
    lines += [f"{case},{state(case).hex()}" for case in CASES]
    (here / "roots.csv").write_text("\n".join(lines) + "\n")
    (here / "proof.json").write_text(json.dumps(proof(*PROOF), indent=2) + "\n")
