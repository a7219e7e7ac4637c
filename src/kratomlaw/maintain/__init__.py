"""How is the data made? Validating records, compiling the dataset, generating place names and the schema."""
