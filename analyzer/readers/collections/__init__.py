"""Files of many articles as streams: dumps, Enterprise snapshots, tables, each with its account."""
