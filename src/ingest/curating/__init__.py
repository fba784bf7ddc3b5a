"""Sources proved live, proposed from an address, and written into the catalogue."""
