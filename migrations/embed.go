package migrations

import "embed"

// Files holds the migrations, NNNNN_name.sql.
//
//go:embed *.sql
var Files embed.FS
