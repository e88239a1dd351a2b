package harness

import "bytes"

// split cuts a YAML stream at the lines that part its documents.
func split(data []byte) [][]byte {
	return bytes.Split(append([]byte("\n"), data...), []byte("\n---\n"))
}
