package notices

import _ "embed" // for Text

// Text is the content of notices/THIRD-PARTY-NOTICES.
//
//go:embed THIRD-PARTY-NOTICES
var Text string
