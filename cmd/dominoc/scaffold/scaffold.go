// Package scaffold is the files of a GitOps repository: what a platform team has
// beside its environments so that an editor, a pull request and a hook check them.
//
// In come the few facts that differ from one repository to the next; out come
// files for compositions/emit, each with whose it is afterwards. A sample is
// given once and is the reader's own from then on. What checks is kept up to
// date, unless it was edited or taken away. The schema is a copy of the binary's:
// plain cue finds it in cue.mod/pkg, offline. Reading and writing the repository
// is left to the caller.
package scaffold

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"text/template"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema"
)

// Manifest lists the files that are kept up to date, in the repository's root.
const Manifest = ".dominoc.sha256"

// CUEVersion is the version of cue that the workflows install, and that the
// schema is tested with.
const CUEVersion = "v0.17.1"

// goImage is the image in which GitLab's job builds.
const goImage = "golang:1.26.8-bookworm"

// Gate is what the checks of a pull request fail by, as --fail-on takes it.
const Gate = "destroys,stops"

// Facts are what differs from one repository to the next.
type Facts struct {
	// Version of dominoc that the workflows install: a release such as v0.3.0,
	// or what `go install` takes for a build between releases.
	Version string

	// Action is the revision of dominoc's GitHub Action: a commit where it is
	// known, else a tag or branch.
	Action string

	// Owner approves changes, as CODEOWNERS names it: @acme/platform-team. May
	// be empty.
	Owner string

	// Repository is the URL by which the management cluster reads the repository,
	// as CheckRepository takes it. Without one no gitops.cue is given.
	Repository string

	// Owned: the repository has a CODEOWNERS where GitHub or GitLab reads it.
	Owned bool

	// Sample says whether an environment to learn from is given.
	Sample bool
}

// Release says whether there is an archive of the version to download.
func (f Facts) Release() bool {
	return release.MatchString(f.Version) && !pseudo.MatchString(f.Version)
}

// Number is the version without its v, as archives are called.
func (f Facts) Number() string { return strings.TrimPrefix(f.Version, "v") }

var (
	release = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$`)
	pseudo  = regexp.MustCompile(`[0-9]{14}-[0-9a-f]{12}$`) // a commit between releases, as Go numbers it
)

//go:embed files
var embedded embed.FS

// whose says what becomes of a file after it was written.
type whose int

const (
	theirs  whose = iota // given once
	checked              // kept up to date unless it was edited or removed
	hook                 // so too, and it is a program
)

// files by their path in the repository. The embedded ones have no leading dots,
// so that none has an effect where it lies, and templates have the extension tmpl.
var files = []struct {
	path  string
	whose whose
}{
	{"README.md", theirs},
	{"cue.mod/module.cue", theirs},
	{"environments/defaults.cue", theirs},
	{sample, theirs},
	{GitOps, theirs},
	{"environments/policy/policy.cue", theirs},
	{"environments/policy/accept.cue", theirs},
	{"environments/quotas/quotas.cue", theirs},
	{Owners, theirs},
	{".gitattributes", checked},
	{".gitignore", checked},
	{".github/workflows/dominoc.yml", checked},
	{".gitlab-ci.yml", checked},
	{".githooks/pre-commit", hook},
	{".githooks/pre-merge-commit", hook},
}

// sample is an environment to read. It is not below environments/, so it is never
// deployed.
const sample = "example/environment.cue"

// GitOps is the file that says how manifests reach the management cluster.
const GitOps = "environments/gitops/gitops.cue"

// Pins are the files that name the version of dominoc that checks the repository.
func Pins() []string { return []string{Manifest, ".github/workflows/dominoc.yml", ".gitlab-ci.yml"} }

// Owners is the file that says who approves what. GitHub and GitLab read it in the
// root.
const Owners = "CODEOWNERS"

// OwnersElsewhere are the other places in which GitHub or GitLab reads it.
func OwnersElsewhere() []string {
	return []string{".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS"}
}

// Set is the repository. force overwrites what is in the way.
func Set(f Facts, force bool) (emit.Set, error) {
	set := emit.Set{Hand: emit.KeepEdits, Manifest: Manifest, Header: header(f)}
	if force {
		set.Hand = emit.OverwriteEdits
	}
	for _, file := range files {
		if f.without(file.path) {
			continue
		}
		text, err := content(file.path, f)
		if err != nil {
			return emit.Set{}, err
		}
		set.Files = append(set.Files, emit.File{
			Path: file.path, Content: text,
			Executable: file.whose == hook, Once: file.whose == theirs, Optional: file.whose != theirs,
		})
	}
	vendored, err := schema.Files()
	for _, file := range vendored {
		set.Files = append(set.Files, emit.File{Path: path.Join(schema.VendorFolder, file.Name), Content: file.Content})
	}
	return set, err
}

// without reports whether the repository does not get a file.
func (f Facts) without(file string) bool {
	return file == sample && !f.Sample || file == GitOps && f.Repository == "" || file == Owners && f.Owned
}

func header(f Facts) string {
	return fmt.Sprintf(`# Written by dominoc init, %s. Run it again to bring these files up to date:
# what was edited since stays as it is. sha256sum -c reads this list.
`, f.Version)
}

// content is a file as the repository gets it. One that is embedded as a template
// has the facts filled in, in double brackets, because workflows have braces of
// their own.
func content(name string, f Facts) ([]byte, error) {
	source := "files/" + strings.TrimPrefix(name, ".")
	text, err := embedded.ReadFile(source)
	if !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	if text, err = embedded.ReadFile(source + ".tmpl"); err != nil {
		return nil, err
	}
	parsed, err := template.New(name).Delims("[[", "]]").Parse(string(text))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, struct {
		Facts
		CUEVersion, GoImage, Gate string
	}{f, CUEVersion, goImage, Gate})
	return out.Bytes(), err
}
