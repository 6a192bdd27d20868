"""The status page: facts (`model`), taken from what was found (`view`, `matrix`), placed on an axis (`timeline`), written as one HTML file (`html`)."""
