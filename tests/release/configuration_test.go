// Package release asks goreleaser's own reader about .goreleaser.yaml. It is a module
// of its own, whose tests .ci/run runs: goreleaser takes long to build and needs other
// versions of what dominoc needs.
package release

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
)

// The reader refuses a field that it does not know.
func TestGoreleaserReadsItsConfiguration(t *testing.T) {
	file := filepath.Join("..", "..", ".goreleaser.yaml")
	if _, err := config.Load(file); err != nil {
		t.Error(err)
	}

	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wrong := bytes.Replace(text, []byte("base_image:"), []byte("base_imgae:"), 1)
	if _, err := config.LoadReader(bytes.NewReader(wrong)); err == nil || !strings.Contains(err.Error(), "base_imgae") {
		t.Errorf("a misspelt field: %v", err)
	}
}
