package tests

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/schema/catalog"
)

// What the samples and the documents propose is in standard support for three
// months from the day of the table: nothing warns of it, and the next reader
// does not begin with an upgrade.
func TestWhatIsProposedIsInStandardSupport(t *testing.T) {
	offered := check.Offered(catalog.VersionsAsOf())
	require.GreaterOrEqual(t, len(offered), 2, "one to begin with, and one to upgrade to")
	files := []string{filepath.Join(root(t), "README.md"), filepath.Join(root(t), "GETTING_STARTED.md"), filepath.Join(root(t), "OPERATING.md")}
	require.NoError(t, filepath.WalkDir(filepath.Join(root(t), "environments"), func(path string, entry fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".cue") {
			files = append(files, path)
		}
		return err
	}))
	stated := regexp.MustCompile(`\bversion: +"(1\.\d\d)"`)
	count := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range stated.FindAllStringSubmatch(string(text), -1) {
			count++
			require.Contains(t, offered, match[1], file)
		}
	}
	require.Greater(t, count, 5)
}
