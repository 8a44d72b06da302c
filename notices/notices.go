package notices

import _ "embed" // for Text

// Text is the notices, as the file beside it has them.
//
//go:embed THIRD-PARTY-NOTICES
var Text string
