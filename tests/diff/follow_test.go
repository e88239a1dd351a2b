package diff

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/change"
	"github.com/dominoc/dominoc/cmd/dominoc/cli"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/report"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/goldenfile"
)

const adviceFile = "testdata/advice.txt"

// Each pull request of both catalogues is made in a repository, and the advice about
// each of its dangers is followed to its end: step by step dominoc vet accepts the
// files, and a diff with the step before has no danger that destroys or stops, but
// those that the sentence speaks of and those of the pull request that are left to
// an advice of their own. Advice to leave an edit out is followed by taking back the
// field that the report points at, until the danger is gone.
//
// testdata/advice.txt says of each advice how it was followed, or why not.
func TestEveryAdviceIsFollowedToItsEnd(t *testing.T) {
	told, followed := map[string]bool{}, map[string]bool{}
	for _, catalogue := range []string{"catalogue", "repositories"} {
		files, err := filepath.Glob("testdata/" + catalogue + "/*.txtar")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			if !tells(archive, told, catalogue == "repositories") {
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				p, seen := newProposal(t, catalogue == "repositories", archive), map[string]bool{}
				for _, d := range p.whole {
					line := adviceLine(t, d.Danger.Danger)
					if d.Instead.Sentence == "" || seen[line] {
						continue
					}
					seen[line], followed[line] = true, true
					t.Run(strings.ReplaceAll(d.ID(), "/", "_"), func(t *testing.T) { p.follow(t, d) })
				}
			})
		}
	}
	quota := adviceLine(t, diff.QuotaExceeded("L-1216C47A", ""))
	followed[quota] = true // of dominoc diff --fleet
	requireTable(t, followed)
}

// tells reports whether the report of a pull request has advice; among repositories,
// of which many are the same removal, advice that none before it has.
func tells(archive *txtar.Archive, told map[string]bool, fresh bool) bool {
	follow := false
	for line := range strings.Lines(section(archive, "report")) {
		if advice, found := strings.CutPrefix(strings.TrimSpace(line), "do: "); found {
			follow = follow || !fresh || !told[advice]
			told[advice] = true
		}
	}
	return follow
}

// adviceLine is a line of testdata/advice.txt: what sort of advice a danger has.
func adviceLine(t *testing.T, d diff.Danger) string {
	t.Helper()
	a := d.Instead
	require.Equal(t, a.Sentence != "", len(a.Steps) > 0 || a.Unedited != "", "%s: %q is neither steps nor classed", d.ID(), a.Sentence)
	require.False(t, len(a.Steps) > 0 && a.Unedited != "", "%s: %q has steps and a reason for none", d.ID(), a.Sentence)
	sort := string(a.Unedited)
	if len(a.Steps) > 0 {
		sort = fmt.Sprintf("followed in %d", len(a.Steps))
	}
	return fmt.Sprintf("%s | %s | %s", d.Code, sort, a.Sentence)
}

func requireTable(t *testing.T, followed map[string]bool) {
	t.Helper()
	var out strings.Builder
	out.WriteString("# What each advice of dominoc diff is: steps that the test follows, an edit that is\n# left out (of an environment's file: the test takes it back), or what a person does.\n# UPDATE=1 writes it.\n")
	for _, line := range sortedNames(followed) {
		out.WriteString(line + "\n")
	}
	if goldenfile.Updating() {
		goldenfile.Write(t, adviceFile, []byte(out.String()))
	}
	want, err := os.ReadFile(adviceFile)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
}

// proposal is a pull request, as three folders: the base, what is wanted, and a
// repository in which steps are taken.
type proposal struct {
	base, wanted, work string
	whole              []located // its dangers
}

func newProposal(t *testing.T, repository bool, archive *txtar.Archive) *proposal {
	t.Helper()
	p := &proposal{base: t.TempDir(), wanted: t.TempDir(), work: t.TempDir()}
	before, edit := section(archive, "before"), section(archive, "edit")
	if repository {
		unpack(t, p.base, "testdata/repository.txtar")
		do(t, p.base, archive, before)
		unpack(t, p.wanted, "testdata/repository.txtar")
		do(t, p.wanted, archive, before)
		do(t, p.wanted, archive, edit)
	} else {
		base := baseOf(t, archive)
		write(t, p.base, base)
		write(t, p.wanted, patched(t, base, edit))
	}
	git(t, p.work, "init", "--quiet", "--initial-branch=main")
	p.reset(t, p.base)
	p.commit(t)
	p.reset(t, p.wanted)
	p.whole = p.report(t).dangers()
	return p
}

// reset gives the repository the files of a folder.
func (p *proposal) reset(t *testing.T, from string) {
	t.Helper()
	entries, err := os.ReadDir(p.work)
	require.NoError(t, err)
	for _, e := range entries {
		if e.Name() != ".git" {
			require.NoError(t, os.RemoveAll(filepath.Join(p.work, e.Name())))
		}
	}
	require.NoError(t, copyTree(p.work, from))
}

// copyTree copies a folder with its links.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == from {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, below)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case d.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o644)
	})
}

func (p *proposal) commit(t *testing.T) {
	t.Helper()
	git(t, p.work, "add", "--all", "--force", ".")
	git(t, p.work, "commit", "--quiet", "--allow-empty", "--message=step")
}

// reported is what a diff with the commit before says.
type reported struct{ report.Document }

func (p *proposal) report(t *testing.T) reported {
	t.Helper()
	o := change.Options{Workspace: workspace.Open(workspace.Options{Root: p.work}), Out: "rendered", Fails: diff.Danger.Gated}
	base, _, err := o.Base(context.Background(), []string{"HEAD"})
	require.NoError(t, err)
	document, err := o.Compare(context.Background(), base, nil)
	require.NoError(t, err)
	return reported{document}
}

// located is a danger with its environment.
type located struct {
	report.Danger
	environment string
}

func (r reported) dangers() []located {
	var all []located
	for _, e := range r.Parts() {
		for _, d := range e.Dangers {
			all = append(all, located{d, e.Name})
		}
	}
	return all
}

// requireVetted wants files that dominoc vet accepts.
func (p *proposal) requireVetted(t *testing.T) {
	t.Helper()
	var out bytes.Buffer
	code := cli.Run(context.Background(), []string{"vet", "-C", p.work}, cli.Streams{Out: &out, Err: &out})
	require.True(t, code == cli.Good || strings.Contains(out.String(), "no environments"), "%s", &out)
}

// follow follows the advice about a danger.
func (p *proposal) follow(t *testing.T, d located) {
	git(t, p.work, "checkout", "--quiet", "--orphan", "followed")
	defer func() {
		git(t, p.work, "checkout", "--quiet", "--force", "main")
		git(t, p.work, "branch", "--quiet", "--delete", "--force", "followed")
	}()
	p.reset(t, p.base)
	p.commit(t)
	switch {
	case len(d.Instead.Steps) > 0:
		for i, step := range d.Instead.Steps {
			p.take(t, d, step)
			p.requireVetted(t)
			p.requireNoOther(t, d, step, i)
			p.commit(t)
		}
	case d.Instead.Unedited == diff.LeftOut && d.environment != report.SharedName:
		p.leaveOut(t, d)
		p.requireVetted(t)
	}
}

// take takes a step: what is amended of the step before, or of what is wanted.
func (p *proposal) take(t *testing.T, d located, step diff.Merge) {
	t.Helper()
	for _, a := range step.Amendments {
		environment := given(a.Environment)
		if environment == "" {
			environment = d.environment
		}
		switch whole := a.Do == diff.Take && len(a.Path) == 0; {
		case whole && a.Environment == diff.Another(d.environment):
			p.addEnvironment(t, environment)
			continue
		case whole:
			p.reset(t, p.wanted)
			continue
		}
		files := filesOf(t, p.work, environment)
		if files == nil && filesOf(t, p.wanted, environment) == nil {
			continue // the pull request removes it
		}
		require.NotNil(t, files, "there is no environment %s", environment)
		tree := files.tree(t)
		amend(t, tree, a, func() any { return filesOf(t, p.base, environment).tree(t) }, func() any { return filesOf(t, p.wanted, environment).tree(t) })
		files.write(t, tree)
	}
}

// addEnvironment adds the environment that is wanted under another name.
func (p *proposal) addEnvironment(t *testing.T, name string) {
	t.Helper()
	added := environmentSource{filepath.Join(p.work, "environments", name, "environment.cue")}
	require.NoError(t, os.MkdirAll(filepath.Dir(added.name), 0o755))
	tree := onlyFile(t, p.wanted).tree(t).(map[string]any)
	tree["name"] = name
	added.write(t, tree)
}

// amend makes one amendment in a file.
func amend(t *testing.T, tree any, a diff.Amendment, base, wanted func() any) {
	t.Helper()
	from := a.From
	if from == nil {
		from = a.Path
	}
	value, there := any(nil), true
	switch a.Do {
	case diff.Take:
		value, there = lookup(wanted(), from)
	case diff.Keep:
		value, there = lookup(base(), from)
	case diff.Set:
		value = parsedText(given(a.Value))
	case diff.Drop:
		there = false
	default:
		t.Fatalf("unknown verb %q", a.Do)
	}
	assignAt(tree.(map[string]any), a.Path, value, there)
}

// lookup is the value at a path.
func lookup(tree any, path diag.Path) (any, bool) {
	for _, name := range path {
		m, _ := tree.(map[string]any)
		inner, there := m[given(name)]
		if !there {
			return nil, false
		}
		tree = inner
	}
	return parsedText(rendered(tree)), true
}

// assignAt sets the value at a path, or removes what is there.
func assignAt(tree map[string]any, path diag.Path, value any, there bool) {
	for _, name := range path[:len(path)-1] {
		inner, ok := tree[given(name)].(map[string]any)
		if !ok {
			if !there {
				return
			}
			inner = map[string]any{}
			tree[given(name)] = inner
		}
		tree = inner
	}
	last := given(path[len(path)-1])
	if there {
		tree[last] = value
		return
	}
	delete(tree, last)
}

var unknown = regexp.MustCompile(`\{([a-z]+) ([a-z0-9 -]+)\}`)

// given fills in what the user of an advice knows: a name for another pool, the
// versions that AWS lists.
func given(text string) string {
	return unknown.ReplaceAllStringFunc(text, func(match string) string {
		parts := unknown.FindStringSubmatch(match)
		switch {
		case parts[1] == "another":
			return "zz-" + parts[2]
		case parts[1] == "free":
			return "10.1.0.0/16"
		case parts[2] == "in standard support":
			return "1.35"
		}
		return "v1.35.1-eksbuild.1"
	})
}

// requireNoOther wants no danger of a step that the gate stops, and not the one that
// is followed, unless it is announced or another advice's.
func (p *proposal) requireNoOther(t *testing.T, d located, step diff.Merge, i int) {
	t.Helper()
	whole := slices.ContainsFunc(step.Amendments, func(a diff.Amendment) bool { return a.Do == diff.Take && len(a.Path) == 0 })
	r := p.report(t)
	require.Empty(t, r.Wrong)
	for _, found := range r.dangers() {
		same := found.Code == d.Code && found.Subject == d.Subject
		announced := slices.ContainsFunc(step.Announced, found.Danger.Is)
		others := whole && !same && slices.ContainsFunc(p.whole, func(other located) bool {
			return other.ID() == found.ID() && adviceLine(t, other.Danger.Danger) != adviceLine(t, d.Danger.Danger)
		})
		assert.True(t, announced || others || !same && !found.Gated(), "step %d of %q brings %s: %s\n%s", i+1, d.Instead.Sentence, found.ID(), found.Message, p.files(t))
	}
}

// leaveOut takes the edits back from which a danger comes, one after the other.
func (p *proposal) leaveOut(t *testing.T, d located) {
	t.Helper()
	p.reset(t, p.wanted)
	files := filesOf(t, p.work, d.environment)
	for range 10 {
		all := p.report(t).dangers()
		i := slices.IndexFunc(all, func(found located) bool { return found.ID() == d.ID() })
		if i < 0 {
			return
		}
		path := labels(t, all[i].Path)
		require.NotEmpty(t, path, "%s points at no field", d.ID())
		if files == nil || path[0] == "name" { // the file has another name, and is found by the base's
			files = onlyFile(t, p.work)
		}
		tree := files.tree(t)
		value, there := lookup(onlyOr(t, p.base, d.environment).tree(t), path)
		assignAt(tree.(map[string]any), path, value, there)
		files.write(t, tree)
	}
	t.Fatalf("%s stays when the fields that it points at are taken back:\n%s", d.ID(), p.files(t))
}

// labels are those of a path as the report writes it, up to a list.
func labels(t *testing.T, path string) diag.Path {
	t.Helper()
	var all diag.Path
	for _, s := range cue.ParsePath(path).Selectors() {
		if s.LabelType() == cue.IndexLabel {
			break
		}
		all = append(all, s.Unquoted())
	}
	return all
}

func (p *proposal) files(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	for _, f := range environmentFiles(t, p.work) {
		content, err := os.ReadFile(f.name)
		require.NoError(t, err)
		out.Write(content)
	}
	return out.String()
}

// environmentSource is the file of an environment.
type environmentSource struct{ name string }

func environmentFiles(t *testing.T, dir string) []environmentSource {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "environments", "*", "environment.cue"))
	require.NoError(t, err)
	var all []environmentSource
	for _, name := range names {
		all = append(all, environmentSource{name})
	}
	return all
}

// filesOf is the file of an environment, nil where there is none.
func filesOf(t *testing.T, dir, environment string) *environmentSource {
	t.Helper()
	for _, f := range environmentFiles(t, dir) {
		if f.tree(t).(map[string]any)["name"] == environment {
			return &f
		}
	}
	return nil
}

func onlyFile(t *testing.T, dir string) *environmentSource {
	t.Helper()
	all := environmentFiles(t, dir)
	require.Len(t, all, 1)
	return &all[0]
}

func onlyOr(t *testing.T, dir, environment string) *environmentSource {
	t.Helper()
	if f := filesOf(t, dir, environment); f != nil {
		return f
	}
	return onlyFile(t, dir)
}

const (
	fileHead = "package environment\n\nimport \"github.com/dominoc/dominoc/schema/v1alpha1\"\n\nenvironment: v1alpha1.#Environment & "
	filePart = "v1alpha1.#Environment & "
)

// tree is what a file says itself.
func (f environmentSource) tree(t *testing.T) any {
	t.Helper()
	content, err := os.ReadFile(f.name)
	require.NoError(t, err)
	_, body, found := strings.Cut(string(content), filePart)
	require.True(t, found, f.name)
	value := cuecontext.New().CompileString(body)
	data, err := value.MarshalJSON()
	require.NoError(t, err, f.name)
	return parsedText(string(data))
}

func (f environmentSource) write(t *testing.T, tree any) {
	t.Helper()
	require.NoError(t, os.WriteFile(f.name, []byte(fileHead+rendered(tree)+"\n"), 0o644))
}
