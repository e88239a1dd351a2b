package scaffold

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dominoc/dominoc/compositions/diff"
)

// given returns a file of the set.
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

// A sample below environments/ would be deployed by who only looks around.
func TestTheSampleIsNotDeployed(t *testing.T) {
	set, err := Set(Facts{Sample: true}, false)
	require.NoError(t, err)
	for _, file := range set.Files {
		require.False(t, strings.HasPrefix(file.Path, "environments/") && strings.HasPrefix(path.Base(file.Path), "environment."), file.Path)
	}
}

func TestARepositorysURLIsChecked(t *testing.T) {
	const secret = "s3cr3t"
	for text, want := range map[string]string{
		"https://github.com/acme/fleet":                         "",
		"https://github.com/acme/fleet.git":                     "",
		"http://git.example.com:8080/fleet":                     "",
		"ssh://git@github.com/acme/fleet":                       "",
		"ssh://git@git.example.com:2222/acme/fleet.git":         "",
		"git@github.com:acme/fleet.git":                         "write ssh://git@github.com/acme/fleet.git",
		"git@host:/srv/fleet":                                   "write ssh://git@host/srv/fleet",
		"foo":                                                   `"foo": not the URL`,
		"acme/fleet":                                            `"acme/fleet": not the URL`,
		"github.com:acme/fleet":                                 "not the URL",
		"https://" + secret + "@github.com/acme/fleet":          "a user, password or token",
		"https://user:" + secret + "@github.com/acme/fleet":     "the URL of github.com holds a user",
		"ssh://git:" + secret + "@github.com/acme/fleet":        "a user, password or token",
		"user:" + secret + "@github.com:acme/fleet":             "not the URL",
		"https://github.com/acme/fleet?token=" + secret:         "behind ? or #",
		"https://github.com/acme/fleet#" + secret:               "behind ? or #",
		"https://user:" + secret + "\x01@github.com/acme/fleet": "not the URL",
		"https://user:" + secret + "%zz@github.com/acme/fleet":  "not the URL",
		"ftp://user:" + secret + "@github.com/acme/fleet":       "not the URL",
		"https://github.com/user:" + secret + "@acme/fleet":     "an @ in its path",
		"https://github.com":                                    "names no repository",
		"file:///srv/fleet":                                     "not the URL",
		"ssh:///acme/fleet":                                     "not the URL",
		"https://github.com/acme/my fleet":                      "not the URL",
		"s://github.com/acme/fleet":                             "not the URL",
	} {
		err := CheckRepository(text)
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), secret, text)
	}
}

// The last line that matches counts, so no owner of an environment gets what
// decides over all of them.
func TestOwnersOfEnvironmentsDoNotOwnThePlatform(t *testing.T) {
	platform, without := given(t, Facts{Owner: "@acme/platform"}, Owners), given(t, Facts{}, Owners)
	tenants := strings.Replace(platform, "# /environments/prod-us/ @example/data-science", "/environments/ @acme/tenants\n/rendered/ @acme/tenants\n*.yml @acme/tenants", 1)
	require.NotEqual(t, platform, tenants)
	for file, owner := range map[string]string{
		"environments/prod-us/environment.cue":         "@acme/tenants",
		"rendered/environments/prod-us/namespace.yaml": "@acme/tenants",
		"environments/policy/accept.cue":               "@acme/platform",
		"environments/policy/policy.cue":               "@acme/platform",
		"environments/gitops/gitops.cue":               "@acme/platform",
		"environments/quotas/quotas.cue":               "@acme/platform",
		"environments/defaults.cue":                    "@acme/platform",
		"rendered/sync/sync.yaml":                      "@acme/platform",
		"rendered/platform/dominoc.yaml":               "@acme/platform",
		"rendered/crossplane/release.yaml":             "@acme/platform",
		"cue.mod/module.cue":                           "@acme/platform",
		"cue.mod/pkg/x/y.cue":                          "@acme/platform",
		".github/workflows/dominoc.yml":                "@acme/platform",
		".github/CODEOWNERS":                           "@acme/platform",
		".gitlab-ci.yml":                               "@acme/platform",
		".githooks/pre-commit":                         "@acme/platform",
		".gitattributes":                               "@acme/platform",
		"CODEOWNERS":                                   "@acme/platform",
		"README.md":                                    "@acme/platform",
	} {
		require.Equal(t, owner, ownerOf(t, tenants, file), file)
	}
	require.Empty(t, ownerOf(t, without, "environments/policy/accept.cue"), "nothing is assigned to a team that does not exist")
}

// ownerOf reads CODEOWNERS as GitHub does, for the patterns that are used here.
func ownerOf(t *testing.T, owners, file string) string {
	t.Helper()
	owner := ""
	for line := range strings.Lines(owners) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] == "#" || strings.HasPrefix(line, "#") {
			continue
		}
		pattern := fields[0]
		rooted, isRooted := strings.CutPrefix(pattern, "/")
		whole, err := path.Match(rooted, file)
		require.NoError(t, err)
		base, err := path.Match(pattern, path.Base(file))
		require.NoError(t, err)
		switch {
		case isRooted && strings.HasSuffix(rooted, "/") && strings.HasPrefix(file, rooted), isRooted && whole, !isRooted && base:
			owner = fields[1]
		}
	}
	return owner
}

func TestWhereOwnersAreSaidElsewhereNoneAreGiven(t *testing.T) {
	require.Empty(t, given(t, Facts{Owned: true}, Owners))
	require.NotEmpty(t, given(t, Facts{}, Owners))
}

// The checks fail by the classes that package diff gates, so that a code which is
// added later is gated too.
func TestTheChecksHaveTheGate(t *testing.T) {
	var classes []string
	for _, class := range diff.Gate() {
		classes = append(classes, string(class))
	}
	require.Equal(t, strings.Join(classes, ","), Gate)
	require.Contains(t, given(t, Facts{}, ".github/workflows/dominoc.yml"), "fail-on: "+Gate+" ")
	require.Contains(t, given(t, Facts{}, ".gitlab-ci.yml"), "--fail-on "+Gate+" ")
}

// A repository that is read by SSH needs a key, so the file that is given names one.
func TestAnSSHRepositoryNamesASecret(t *testing.T) {
	require.Contains(t, given(t, Facts{Repository: "ssh://git@github.com/acme/fleet"}, GitOps), "flux: secretName:")
	require.NotContains(t, given(t, Facts{Repository: "https://github.com/acme/fleet"}, GitOps), "secretName")
}

// Of the manifests a review folds the Compositions and definitions alone: a file
// that somebody adds elsewhere is seen.
func TestAReviewShowsTheManifestsOfEnvironments(t *testing.T) {
	var patterns []string
	for line := range strings.Lines(given(t, Facts{}, ".gitattributes")) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[1] == "linguist-generated" {
			patterns = append(patterns, fields[0])
		}
	}
	folded := func(file string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			matched, err := path.Match(strings.TrimPrefix(pattern, "/"), file)
			require.NoError(t, err)
			return matched || strings.HasSuffix(pattern, "/**") && strings.HasPrefix("/"+file, strings.TrimSuffix(pattern, "**"))
		})
	}
	golden := os.DirFS("../../../tests/golden")
	seen := 0
	require.NoError(t, fs.WalkDir(golden, ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			seen++
			long := strings.HasPrefix(name, "platform/compositions/domino") || strings.HasPrefix(name, "platform/definitions/domino")
			require.Equal(t, long, folded("rendered/"+name), name)
		}
		return err
	}))
	require.Greater(t, seen, 50)
	for _, foreign := range []string{"environments/prod-us/evil.yaml", "platform/evil.yaml", "platform/compositions/evil.yaml", "platform/definitions/evil.yaml", "sync/evil.yaml"} {
		require.False(t, folded("rendered/"+foreign), foreign)
	}
	require.True(t, folded("cue.mod/pkg/github.com/dominoc/x.cue"))
}

func TestPinsAreTheFilesThatNameTheVersion(t *testing.T) {
	contents := func(version string) map[string]string {
		set, err := Set(Facts{Version: version, Action: "v0", Repository: "https://example.com/fleet", Sample: true}, false)
		require.NoError(t, err)
		all := map[string]string{Manifest: set.Header}
		for _, f := range set.Files {
			all[f.Path] = string(f.Content)
		}
		return all
	}
	before, after := contents("v0.1.0"), contents("v0.2.0")
	var differ []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] != after[name] {
			differ = append(differ, name)
		}
	}
	require.Equal(t, Pins(), differ)
}
