// Package takeover decides the environment that takes over an installation which
// Domino's Terraform modules made, and proves that adopting it changes nothing in AWS but
// tags.
//
// In go what the states have and a fleet; out come the files of the environment, and a
// Report with the proof: what is the same, what gets tags, what stays with Terraform, and
// what is refused, with what to do first. A pool that an environment cannot state, or of
// which anything else would change, stays with Terraform. Package terraform reads the
// states, package proof compares, and package cli prints the report.
package takeover

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Takeover is an environment that takes an installation over.
type Takeover struct {
	Report Report

	// Found is what dominoc vet would say of the environment, at the lines of Files.
	Found diag.List

	// Files are the contents of the environment's files, by their paths below the root;
	// none if there is no environment to write.
	Files map[string][]byte

	// before are the contents that Files replace; nil for a new environment.
	before map[string][]byte
}

// Options are what a user asks for.
type Options struct {
	FQDN  string   // by which users reach Domino; no state has it
	Zones []Zone   // beside those of the states
	Parts []Part   // to take in addition to the cluster
	Check bool     // nothing will be written
	Paths []string // of the states, as the user named them
}

// Decide decides the environment of an installation. If the fleet has an environment of the
// installation's name, it takes the parts in addition, or compares its files with the
// states as they are. An error is a *workspace.Mistake if the user can correct it.
func Decide(ctx context.Context, w *workspace.Workspace, state *terraform.Installation, o Options) (*Takeover, error) {
	f, t := begin(state)
	if f == nil {
		return t, nil
	}
	if err := f.bring(o.Zones); err != nil {
		return nil, err
	}
	t.Report.Pools = f.readPools()
	f.named = paths(o.Paths)
	others, is, err := members(ctx, w, f.name)
	switch {
	case err != nil:
		return nil, err
	case is == nil && o.FQDN == "":
		return nil, &workspace.Mistake{Err: errors.New("--fqdn is missing: the name by which users reach Domino, which no state has")}
	case is == nil:
		if err := vacant(w.Root, f.name); err != nil {
			return nil, err
		}
		return t, t.draft(w, others, f, o)
	}
	if t.Report.Refused = f.unnamed(*is); len(t.Report.Refused) > 0 {
		t.Report.Pools = nil
		return t, nil
	}
	switch {
	case len(o.Parts) > 0:
		return t, t.take(w, others, f, *is, o.Parts)
	case o.Check:
		return t, t.check(w, others, f, *is)
	}
	return nil, &workspace.Mistake{Err: fmt.Errorf("environment %q exists already: %s; compare it with the states: --check, or take parts in addition: --take", f.name, is.Folder.Shown)}
}

// vacant returns a *workspace.Mistake if a file is where a new environment will have one.
func vacant(root, name string) error {
	folder := source.Member(root, name)
	for _, file := range []string{source.Names()[0], AdoptedName, load.IDsName} {
		if _, err := os.Lstat(filepath.Join(folder.Dir, file)); err == nil {
			return &workspace.Mistake{Err: fmt.Errorf("%s is there, without an environment: remove it, and import again", path.Join(folder.Shown, file))}
		}
	}
	return nil
}

// members loads the environments of the fleet, and the one of a name apart from the others;
// nil if there is none.
func members(ctx context.Context, w *workspace.Workspace, name string) (others []load.Result, is *load.Result, err error) {
	all, err := w.Find(nil)
	if err != nil {
		return nil, nil, err
	}
	results, _, err := w.LoadAll(ctx, all.Folders)
	for _, r := range results {
		if filepath.Base(r.Folder.Dir) == name || r.Environment != nil && r.Environment.Name == name {
			is = &r
		} else {
			others = append(others, r)
		}
	}
	return others, is, err
}

// draft decides the files of a new environment.
func (t *Takeover) draft(w *workspace.Workspace, others []load.Result, f *facts, o Options) error {
	t.Report.Refused = f.refusals()
	f.claims = t.claim(f, o.Parts)
	if len(t.Report.Refused) > 0 {
		t.Report.Pools = nil // none is taken over
		return nil
	}
	return t.settle(w, others, f, o.FQDN)
}

// check compares the files of an environment with the states.
func (t *Takeover) check(w *workspace.Workspace, others []load.Result, f *facts, is load.Result) error {
	if t.Found = w.Judge(others, is); is.Environment == nil || t.Found.HasErrors() {
		t.refuse("correct the environment's files")
		return nil
	}
	if adopted := is.Environment.Adopted; adopted != nil {
		for i, p := range t.Report.Pools {
			if _, taken := adopted.Pools[p.Name]; !taken && p.Kept == "" {
				t.Report.Pools[i].Kept = "the environment does not take it over"
			}
		}
		f.claims = f.claimed(adopted.Taken)
	}
	e, err := prove(w, f, is)
	if err != nil {
		return err
	}
	t.Report.judge(f, e)
	t.Report.Facts, err = f.stale(w, is, t.Report.Pools)
	return err
}

// begin reads what the states have; no facts if there is not one cluster.
func begin(state *terraform.Installation) (*facts, *Takeover) {
	f, one := factsOf(state)
	if !one {
		return nil, &Takeover{Report: Report{Refused: []Refused{noCluster(state)}}}
	}
	return f, &Takeover{Report: Report{Name: f.name}}
}

func noCluster(state *terraform.Installation) Refused {
	clusters := state.Of(true, "aws_eks_cluster")
	if len(clusters) == 0 {
		return Refused{What: "no cluster of EKS is in the states", First: "give the state of the cluster root too: terraform state pull"}
	}
	var addresses []string
	for _, c := range clusters {
		addresses = append(addresses, c.Address)
	}
	return Refused{What: fmt.Sprintf("the states have %d clusters of EKS: %s", len(clusters), strings.Join(addresses, ", ")), First: "give the states of one installation"}
}

// settle drafts the environment until there is no pool of which more than tags would
// change.
func (t *Takeover) settle(w *workspace.Workspace, others []load.Result, f *facts, fqdn string) error {
	folder := source.Member(w.Root, f.name)
	f.readStandards(w.Loader, folder, t.Report.Pools)
	for {
		contents, err := f.contents(fqdn, t.Report.Pools)
		if err != nil {
			return err
		}
		t.Files = map[string][]byte{}
		for name, content := range contents {
			t.Files[path.Join(folder.Shown, name)] = content
		}
		draft := w.Loader.Draft(folder, contents)
		if t.Found = w.Judge(others, draft); draft.Environment == nil || t.Found.HasErrors() {
			if t.keepRefused() {
				continue
			}
			t.refuse("change with Terraform what this describes, or the shared file that says otherwise; then refresh the state, and import again")
			return nil
		}
		e, err := prove(w, f, draft)
		if err != nil {
			return err
		}
		if !e.note(f, t.Report.Pools) && !e.keep(f, t.Report.Pools) {
			t.Report.judge(f, e)
			return nil
		}
	}
}

// keepRefused leaves the pools with Terraform that the schema or the checks refuse; one that
// they refuse there too, such as for its label, is in the report alone.
func (t *Takeover) keepRefused() (kept bool) {
	for i, p := range t.Report.Pools {
		for _, d := range t.Found {
			path, listed := diag.Path{"pools", p.Name}.String(), diag.Path{"adopted", "kept", p.Name}.String()
			if p.Kept != "" && !p.unlisted && d.Severity == diag.Error && strings.HasPrefix(d.Path, listed+".") {
				t.Report.Pools[i].unlisted, kept = true, true
				break
			}
			if p.Kept == "" && d.Severity == diag.Error && (d.Path == path || strings.HasPrefix(d.Path, path+".")) {
				t.Report.Pools[i].Kept, kept = strings.TrimPrefix(d.Path, path+".")+": "+d.Message, true
				break
			}
		}
	}
	return kept
}

// refuse puts the mistakes that were found into the report, for a reader who has nothing but
// the report.
func (t *Takeover) refuse(first string) {
	t.Report.Pools = nil // none is taken over
	for _, d := range t.Found {
		if d.Severity != diag.Error {
			continue
		}
		r := Refused{What: strings.TrimPrefix(d.Path+": "+d.Message, ": "), First: first}
		if d.Path == "domain.fqdn" && t.Drafted(d.Pos.File) {
			r.First = "give another --fqdn"
		}
		t.Report.Refused = append(t.Report.Refused, r)
	}
}

// Proven reports whether there is an environment, and taking over changes nothing but tags.
func (t *Takeover) Proven() bool { return t.Report.Proven() && !t.Found.HasErrors() }

// Drafted reports whether a file is one that import would make.
func (t *Takeover) Drafted(file string) bool { return t.before == nil && t.Files[file] != nil }

// contents are the environment's files, formatted.
func (f *facts) contents(fqdn string, pools []Pool) (map[string][]byte, error) {
	environment, adopted := f.files(fqdn, pools)
	contents := map[string][]byte{source.Names()[0]: []byte(environment), AdoptedName: []byte(adopted)}
	for name, text := range contents {
		formatted, err := load.Formatted(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		contents[name] = formatted
	}
	ids, err := load.IDsFile(&v1alpha1.Environment{Name: f.name, Account: f.account, Region: f.region}, f.ids(pools))
	contents[load.IDsName] = ids
	return contents, err
}
