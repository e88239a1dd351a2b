package emit

import (
	"bytes"
	"fmt"

	"sigs.k8s.io/yaml"
)

// Objects reads the documents of a YAML text, without empty ones.
func Objects(text []byte) ([]map[string]any, error) {
	var all []map[string]any
	for _, document := range bytes.Split(append([]byte("\n"), text...), []byte("\n---")) {
		var object map[string]any
		if err := yaml.Unmarshal(document, &object); err != nil {
			return nil, fmt.Errorf("no object in YAML: %w", err)
		}
		if object != nil {
			all = append(all, object)
		}
	}
	return all, nil
}
