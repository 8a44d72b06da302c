package propflow

import _ "embed"

// OpenAPI is openapi.yaml with everything in it: the generated code leaves out the problems
// that operations answer (api/gen/overlay.yaml). Callers must not change it.
//
//go:embed openapi.yaml
var OpenAPI []byte
