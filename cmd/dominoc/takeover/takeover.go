// Package takeover decides the environment that takes over an installation which
// Domino's Terraform modules made, and proves that adopting it changes nothing in AWS but
// tags.
//
// In go what the states have and a fleet; out come the files of the environment, and a
// Report with the proof: what is the same, what gets tags, what stays with Terraform, and
// what is refused, with what to do first. A pool that an environment cannot say, or of which
// anything else would change, stays with Terraform. Package terraform reads the states,
// package proof compares, and package cli writes the files and prints the report.
package takeover

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/proof"
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

	// Added states that Files replace those of an environment of the fleet.
	Added bool
}

// Of decides the environment of an installation, beside the others of a fleet. fqdn is
// where its users reach Domino, which no state has; zones are brought beside those of the
// states, and parts are taken in addition to the cluster.
func Of(w *workspace.Workspace, others []load.Result, state *terraform.Installation, fqdn string, zones []Zone, parts []Part) (*Takeover, error) {
	f, t := begin(state, zones)
	if f == nil {
		return t, nil
	}
	t.Report.Refused = f.refusals()
	f.claims = t.claim(f, parts)
	if len(t.Report.Refused) > 0 {
		t.Report.Pools = nil // none is taken over
		return t, nil
	}
	return t, t.settle(w, others, f, fqdn)
}

// Check proves the environment of an installation as its files say it.
func Check(w *workspace.Workspace, others []load.Result, state *terraform.Installation, is load.Result) (*Takeover, error) {
	f, t := begin(state, nil)
	if t.Found = w.Judge(others, is); f == nil || is.Environment == nil || t.Found.HasErrors() {
		return t, nil
	}
	for i, p := range t.Report.Pools {
		if is.Environment.Adopted == nil {
			continue
		}
		if _, taken := is.Environment.Adopted.Pools[p.Name]; !taken && p.Kept == "" {
			t.Report.Pools[i].Kept = "the environment does not take it over"
		}
	}
	if adopted := is.Environment.Adopted; adopted != nil {
		for _, p := range Parts() {
			if p.of(adopted.Taken) {
				f.claims = append(f.claims, f.claim(p))
			}
		}
	}
	e, err := t.prove(w, f, is)
	if err != nil {
		return t, err
	}
	t.Report.judge(f, e)
	t.Report.Facts, err = f.stale(w, is, t.Report.Pools)
	return t, err
}

// begin reads what the states have; no facts if there is not one cluster.
func begin(state *terraform.Installation, zones []Zone) (*facts, *Takeover) {
	f, one := factsOf(state)
	if !one {
		return nil, &Takeover{Report: Report{Refused: []Refused{noCluster(state)}}}
	}
	f.bring(zones)
	return f, &Takeover{Report: Report{Name: f.name, Pools: f.readPools()}}
}

// Name is the name of the installation's cluster, and so of its environment; empty if the
// states have none, or several.
func Name(state *terraform.Installation) string {
	f, one := factsOf(state)
	if !one {
		return ""
	}
	return f.name
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
	folder := folderOf(w.Root, f.name)
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
			return nil
		}
		e, err := t.prove(w, f, draft)
		if err != nil {
			return err
		}
		if !e.noteLacks(t.Report.Pools) && !e.keep(f, t.Report.Pools) {
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

// Proven reports whether there is an environment, and taking over changes nothing but tags.
func (t *Takeover) Proven() bool { return t.Report.Proven() && !t.Found.HasErrors() }

// folderOf is the folder of an environment of the fleet.
func folderOf(root, name string) source.Folder {
	dir := filepath.Join(root, source.FleetFolder, name)
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return source.Folder{Dir: dir, Shown: path.Join(source.FleetFolder, name), Files: source.Names()[:1]}
}

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

// evidence is the comparison of what an environment would apply with AWS.
type evidence struct {
	plan        *plan.Plan
	matches     []proof.Match
	component   map[string]string // of an object, by metadata.name
	differences []proof.Difference
}

// prove compares what an environment would apply with what AWS has.
func (t *Takeover) prove(w *workspace.Workspace, f *facts, r load.Result) (*evidence, error) {
	planned, found := compositions.Plan(w.Inputs([]load.Result{r})[0])
	if found.HasErrors() {
		return nil, errors.New("a checked environment has no plan")
	}
	composed, err := planned.Composed()
	if err != nil {
		return nil, err
	}
	e := &evidence{plan: planned.Plan, component: map[string]string{}}
	var objects []map[string]any
	for _, c := range composed {
		objects = append(objects, c.Object)
		e.component[fieldpath.Text(c.Object, "metadata", "name")] = c.Component
	}
	var held []proof.Held
	for _, resource := range f.state.Resources {
		if resource.Managed {
			held = append(held, proof.Held{Address: resource.Address, Type: resource.Type, Attributes: resource.Attributes})
			if rule, one := ruleOf(resource); one {
				held = append(held, rule)
			}
		}
	}
	e.matches, e.differences = proof.Matches(objects, held), proof.Compare(objects, held)
	return e, nil
}

// noteLacks notes the labels and taints that the environment would give to nodes which lack
// them.
func (e *evidence) noteLacks(pools []Pool) (noted bool) {
	for i, pool := range pools {
		if pool.Kept != "" {
			continue
		}
		spec, lack := e.plan.Spec.Pools[pool.Name], &pools[i].without
		labels, taints := pool.labels(), pool.taintKeys()
		for _, key := range slices.Sorted(maps.Keys(spec.Labels)) {
			if _, has := labels[key]; !has {
				lack.labels, noted = append(lack.labels, key), true
			}
		}
		for _, taint := range spec.Taints {
			if !slices.Contains(taints, taint.Key) {
				lack.taints, noted = append(lack.taints, taint.Key), true
			}
		}
	}
	return noted
}

// keep leaves the pools with Terraform of which more than tags would change.
func (e *evidence) keep(f *facts, pools []Pool) (kept bool) {
	for i, p := range pools {
		for _, d := range e.differences {
			if p.Kept == "" && !d.Effect.Harmless() && !f.ofZone(d) && e.component[d.Name] == v1alpha1.PoolPrefix+p.Name {
				pools[i].Kept, kept = "taken over, it would change: "+sentence(d), true
				break
			}
		}
	}
	return kept
}
