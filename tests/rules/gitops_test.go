package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/load"
)

// The lines above a chunk of the catalogue of GitOps; as many as above one of
// the environments'.
const gitOpsHeader = `package gitops

import "github.com/dominoc/dominoc/schema/v1alpha1"

gitops: v1alpha1.#GitOps & {
`

func TestCueVetAndDominocRefuseEachSingleMistakeOfGitOps(t *testing.T) {
	content, err := os.ReadFile("testdata/gitops/bad.txt")
	require.NoError(t, err)
	calls, module := errorCalls(t, "gitops*.cue"), write(t, nil)
	dir := filepath.Join(module, "environments", "gitops")
	seen := map[string]bool{}
	for i, text := range strings.Split(string(content), "---\n") {
		c := read("gitops", text)
		put(t, filepath.Join(dir, "gitops.cue"), gitOpsHeader+text+"}\n")

		output := vet(t, module, "./environments/gitops")
		require.Len(t, c.expected, 1, "chunk %d", i+1)
		require.Contains(t, output, c.expected[0].text, "chunk %d: cue vet", i+1)
		for _, position := range schemaPosition.FindAllString(output, -1) {
			seen[position] = true
		}

		values, found := load.New(module).GitOps(dir)
		require.Nil(t, values, "chunk %d", i+1)
		require.Len(t, found, 1, "chunk %d: a single mistake is told once: %+v", i+1, found)
		require.True(t, says(found, c.expected[0]), "chunk %d: no %q on line %d in:\n%+v", i+1, c.expected[0].text, c.expected[0].line, found)
	}
	for _, call := range calls {
		assert.True(t, seen[call], "no chunk provokes the message at %s", call)
	}
}
