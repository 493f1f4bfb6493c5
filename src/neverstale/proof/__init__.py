"""From what a run left to what it proves: outcomes in, records and statuses out."""
