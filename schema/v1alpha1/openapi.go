package v1alpha1

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed openapi.json
var openAPI []byte

var openAPISchemas = sync.OnceValues(func() (map[string]json.RawMessage, error) {
	var schemas map[string]json.RawMessage
	err := json.Unmarshal(openAPI, &schemas)
	return schemas, err
})

// OpenAPI returns the OpenAPI v3 schema of a definition such as NetworkSpec, as JSON.
func OpenAPI(definition string) (json.RawMessage, error) {
	schemas, err := openAPISchemas()
	if err != nil {
		return nil, err
	}
	schema, ok := schemas[definition]
	if !ok {
		return nil, fmt.Errorf("no schema of %s in openapi.json", definition)
	}
	return schema, nil
}
