"""The instance types that EC2 offers, by region and zone: the compiler's own table.

Its form is that of schema/catalog/data/ec2-offerings.csv: the letters of a region's
zones, and its types, those that only some zones offer as type:letters. A region that
the table lacks is unknown, and offers everything.
"""

import csv
from dataclasses import dataclass


@dataclass
class Region:
    name: str
    zones: str  # letters; empty where they are unknown
    types: dict  # by type: the letters of its zones, empty for all

    def lacks(self, wanted):
        """Those of the types that no zone offers."""
        return [one for one in wanted if one not in self.types]

    def zones_of(self, one):
        return [self.name + letter for letter in self.types[one] or self.zones]

    def has(self, one, zone):
        return not self.zones or zone in self.zones_of(one)


def read(path):
    """By region."""
    with open(path) as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["region"]: Region(row["region"], row["zones"], letters(row["types"])) for row in rows}


def letters(text):
    return {one: zones for one, _, zones in (part.partition(":") for part in text.split())}
