package harness

import "bytes"

// split splits a YAML stream into its documents.
func split(data []byte) [][]byte {
	return bytes.Split(append([]byte("\n"), data...), []byte("\n---\n"))
}
