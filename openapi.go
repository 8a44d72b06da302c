package propflow

import _ "embed"

// OpenAPI is the complete openapi.yaml. The document embedded in the generated code is not: it
// lacks the problem responses, which api/gen/overlay.yaml removes. Callers must not change it.
//
//go:embed openapi.yaml
var OpenAPI []byte
