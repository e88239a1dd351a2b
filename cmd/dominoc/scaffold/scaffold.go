// Package scaffold makes the files of a GitOps repository, by which an editor, a pull
// request and a hook check environments, and the file of a new environment.
//
// In go the facts that differ between repositories, and the answers to the questions about
// an environment; out come files for package emit. A sample is written once and then belongs
// to the user. Files that check are updated, unless they were edited or deleted.
// The schema is a copy of the binary's, which plain cue finds in cue.mod/pkg, offline.
// Writing files and asking questions is left to package cli, which calls it, as does
// package change.
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

// Gate is the dangers that fail the checks of a pull request, as a value of --fail-on.
const Gate = "destroys,stops"

// Facts are the facts that differ between repositories.
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
	// as CheckRepository accepts it. Without it the repository gets no gitops.cue.
	Repository string

	// Owned: the repository has a CODEOWNERS where GitHub or GitLab reads it.
	Owned bool

	// Sample says whether the repository gets the sample environment.
	Sample bool
}

// Release reports whether the version has an archive to download.
func (f Facts) Release() bool {
	return release.MatchString(f.Version) && !pseudo.MatchString(f.Version)
}

// Number returns the version without its v, as in the names of archives.
func (f Facts) Number() string { return strings.TrimPrefix(f.Version, "v") }

var (
	release = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$`)
	pseudo  = regexp.MustCompile(`[0-9]{14}-[0-9a-f]{12}$`) // a commit between releases, as Go numbers it
)

//go:embed files
var embedded embed.FS

// whose is the owner of a file once it is written.
type whose int

const (
	theirs  whose = iota // the user: written once
	checked              // dominoc: updated unless it was edited or removed
	hook                 // as checked, and executable
)

// files are the files by their path in the repository. Embedded names have no leading dot,
// so that the files have no effect in this repository; templates have the extension tmpl.
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
	{".github/workflows/sizes.yml", checked},
	{".gitlab-ci.yml", checked},
	{".githooks/pre-commit", hook},
	{".githooks/pre-merge-commit", hook},
}

// sample is an example of an environment. It is outside environments/, so it is never
// deployed.
const sample = "example/environment.cue"

// GitOps is the file that states how manifests reach the management cluster.
const GitOps = "environments/gitops/gitops.cue"

// Pins returns the files that name the version of dominoc that checks the repository.
func Pins() []string {
	return []string{Manifest, ".github/workflows/dominoc.yml", ".github/workflows/sizes.yml", ".gitlab-ci.yml"}
}

// Owners is the file of code owners. GitHub and GitLab read it in the root.
const Owners = "CODEOWNERS"

// OwnersElsewhere returns the other paths at which GitHub or GitLab reads it.
func OwnersElsewhere() []string {
	return []string{".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS"}
}

// Set returns the files of the repository. force overwrites edited and foreign files.
func Set(f Facts, force bool) (emit.Set, error) {
	set := emit.Set{Hand: emit.KeepEdits, Manifest: Manifest, Header: fmt.Sprintf(`# Written by dominoc init, %s. Run it again to bring these files up to date:
# what was edited since stays as it is. sha256sum -c reads this list.
`, f.Version)}
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
	for _, file := range schema.Files() {
		set.Files = append(set.Files, emit.File{Path: path.Join(schema.VendorFolder, file.Name), Content: file.Content})
	}
	return set, nil
}

// without reports whether the repository does not get a file.
func (f Facts) without(file string) bool {
	return file == sample && !f.Sample || file == GitOps && f.Repository == "" || file == Owners && f.Owned
}

// content returns the content of a file. Templates mark facts by double brackets, because
// workflows have braces of their own.
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
