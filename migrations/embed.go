package migrations

import "embed"

// Files contains the migrations, NNNNN_name.sql.
//
//go:embed *.sql
var Files embed.FS
