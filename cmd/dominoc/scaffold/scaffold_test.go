package scaffold

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// given is a file of the set.
func given(t *testing.T, f Facts, path string) string {
	t.Helper()
	set, err := Set(f, false)
	require.NoError(t, err)
	for _, file := range set.Files {
		if file.Path == path {
			return string(file.Content)
		}
	}
	return ""
}

func TestAReleaseIsDownloadedAndAnythingElseBuilt(t *testing.T) {
	for version, release := range map[string]bool{
		"v0.3.0": true, "v1.0.0-rc.1": true,
		"main": false, "v0.0.0-20261127122219-343808a00000": false, "v0.3.1-0.20261127122219-343808a00000": false,
	} {
		f := Facts{Version: version, Action: "0123456789012345678901234567890123456789"}
		require.Equal(t, release, f.Release(), version)
		job := given(t, f, ".gitlab-ci.yml")
		require.Equal(t, release, strings.Contains(job, "releases/download/"+version), version)
		require.Equal(t, !release, strings.Contains(job, "go install github.com/dominoc/dominoc/cmd/dominoc@"+version+"\n"), version)
		require.Contains(t, given(t, f, ".github/workflows/dominoc.yml"), "dominoc/dominoc@"+f.Action+" # "+version+"\n")
	}
	require.Contains(t, given(t, Facts{Version: "v0.3.0"}, ".gitlab-ci.yml"), "archive=dominoc_0.3.0_linux_amd64.tar.gz")
}

func TestEveryFileIsFilledIn(t *testing.T) {
	for _, f := range []Facts{{Version: "v0.3.0", Owner: "@acme/platform", Sample: true}, {Version: "main", Sample: true}} {
		set, err := Set(f, false)
		require.NoError(t, err)
		for _, file := range set.Files {
			require.NotRegexp(t, `\[\[ |\[\[-|<no value>`, string(file.Content), file.Path)
			require.NotEmpty(t, file.Content, file.Path)
			if strings.HasSuffix(file.Path, ".yml") {
				require.NoError(t, yaml.Unmarshal(file.Content, new(any)), file.Path)
			}
		}
	}
}

func TestTheSampleIsForAnEmptyRepository(t *testing.T) {
	require.NotEmpty(t, given(t, Facts{Sample: true}, sample))
	require.Empty(t, given(t, Facts{}, sample))
}
