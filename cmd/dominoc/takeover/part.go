package takeover

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Part is what an environment may take from Terraform in addition to the cluster. Network
// and roles are none: an environment divides a VPC in another way, and gives roles other
// names, which AWS never changes.
type Part string

// The parts of an installation.
const (
	Registry Part = "registry" // repositories of ECR, and the cache of quay.io
	Key      Part = "key"      // the KMS key that the modules made, and its alias
	Security Part = "security" // the security groups of control plane, nodes and file system
	Storage  Part = "storage"  // the file system with its backups, and the buckets
)

// Parts are all parts.
func Parts() []Part { return []Part{Registry, Key, Security, Storage} }

// component is the component of an environment that has the part.
func (p Part) component() string {
	if p == Key {
		return "identity"
	}
	return string(p)
}

// of reports whether a part is among those that an environment took.
func (p Part) of(taken v1alpha1.Taken) bool {
	return map[Part]bool{Registry: taken.Registry != nil, Key: taken.Key != nil, Security: taken.Security != nil, Storage: taken.Storage != nil}[p]
}

// claim is what the environment needs of a part to take it.
type claim struct {
	part    Part
	facts   block             // what adopted.taken has of it
	ids     map[string]string // in ids.cue, by key
	refused []Refused
}

// claim reads a part.
func (f *facts) claim(p Part) claim {
	c := claim{part: p, ids: map[string]string{}}
	switch p {
	case Registry:
		f.claimRegistry(&c)
	case Key:
		f.claimKey(&c)
	case Security:
		f.claimSecurity(&c)
	case Storage:
		f.claimStorage(&c)
	}
	return c
}

// refuse adds a reason why the part stays with Terraform.
func (c *claim) refuse(address, first, format string, args ...any) {
	c.refused = append(c.refused, Refused{address, fmt.Sprintf(format, args...), first})
}

// taken are the facts of claims, as adopted.taken has them.
func taken(claims []claim) block {
	var b block
	for _, c := range claims {
		b.add(string(c.part), c.facts)
	}
	return b
}

// identify adds the ids of claims to those of an environment, by component.
func identify(ids map[string]map[string]string, claims []claim) {
	for _, c := range claims {
		if len(c.ids) == 0 {
			continue
		}
		all := maps.Clone(ids[c.part.component()])
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, c.ids)
		ids[c.part.component()] = all
	}
}

// Take decides the files of an environment of the fleet that takes parts of its
// installation in addition. The file that people edit stays as it is; the proof is of these
// parts, because AWS changed since the states were written where the environment did.
func Take(w *workspace.Workspace, others []load.Result, state *terraform.Installation, is load.Result, parts []Part) (*Takeover, error) {
	f, t := begin(state, nil)
	if f == nil || is.Environment == nil {
		t.Found = is.Diagnostics
		return t, nil
	}
	t.Report.Pools = nil // they are decided already
	adopted := path.Join(is.Folder.Shown, AdoptedName)
	contents := contentsOf(is)
	if contents[AdoptedName] == nil || is.Environment.Adopted == nil {
		t.Report.Refused = []Refused{{What: fmt.Sprintf("environment %q was not imported: there is no %s", is.Environment.Name, adopted), First: "import takes parts of what Terraform made for an imported environment only"}}
		return t, nil
	}
	claims := t.claim(f, parts)
	for _, p := range parts {
		if p.of(is.Environment.Adopted.Taken) {
			t.Report.Refused = append(t.Report.Refused, Refused{What: fmt.Sprintf("%s is taken already: %s", p, adopted), First: "leave it out of --take"})
		}
	}
	if slices.Contains(parts, Storage) {
		t.Report.Refused = append(t.Report.Refused, f.unstated(is.Environment)...)
	}
	if len(t.Report.Refused) > 0 {
		return t, nil
	}
	if err := f.take(contents, is.Environment, claims); err != nil {
		return nil, err
	}
	t.Files, t.Added = map[string][]byte{}, true
	for _, name := range []string{AdoptedName, load.IDsName} {
		t.Files[path.Join(is.Folder.Shown, name)] = contents[name]
	}
	draft := w.Loader.Draft(is.Folder, contents)
	if t.Found = w.Judge(others, draft); draft.Environment == nil || t.Found.HasErrors() {
		return t, nil
	}
	e, err := t.prove(w, f, draft)
	if err == nil {
		t.Report.judge(f, e.of(parts))
		t.Report.narrow(parts)
	}
	return t, err
}

// claim reads parts, and reports those that are refused.
func (t *Takeover) claim(f *facts, parts []Part) []claim {
	var claims []claim
	for _, p := range parts {
		c := f.claim(p)
		claims = append(claims, c)
		t.Report.Refused = append(t.Report.Refused, c.refused...)
	}
	return claims
}

// contentsOf returns the files in an environment's folder, by name.
func contentsOf(is load.Result) map[string][]byte {
	contents := map[string][]byte{}
	for _, file := range is.Source.Files {
		if path.Dir(file.Name) == path.Clean(is.Folder.Shown) {
			contents[path.Base(file.Name)] = file.Content
		}
	}
	return contents
}

// take adds claims to the generated files of an environment. What adopted.cue has stays as
// it is: import knows less of it than the environment by now.
func (f *facts) take(contents map[string][]byte, env *v1alpha1.Environment, claims []claim) error {
	text := fmt.Sprintf("%s\n// Taken from Terraform later.\nenvironment: adopted: taken: {\n%s}\n", contents[AdoptedName], taken(claims))
	adopted, err := load.Formatted([]byte(text))
	if err != nil {
		return fmt.Errorf("%s: %w", AdoptedName, err)
	}
	ids := map[string]map[string]string{}
	for component, known := range env.IDs {
		ids[component] = known
	}
	identify(ids, claims)
	contents[AdoptedName] = adopted
	contents[load.IDsName], err = load.IDsFile(env, ids)
	return err
}

// kinds begin the types of Terraform that are part of it.
func (p Part) kinds() []string {
	return map[Part][]string{
		Registry: {"aws_ecr_"},
		Key:      {"aws_kms_"},
		Security: {"aws_security_group"},
		Storage:  {"aws_efs_", "aws_backup_", "aws_s3_"},
	}[p]
}

// narrow leaves out what is of none of the parts.
func (r *Report) narrow(parts []Part) {
	other := func(k Kept) bool {
		return !slices.ContainsFunc(parts, func(p Part) bool {
			return slices.ContainsFunc(p.kinds(), func(prefix string) bool { return strings.HasPrefix(k.kind, prefix) })
		})
	}
	r.Retired = nil
	r.Stays = slices.DeleteFunc(r.Stays, other)
	r.Unowned = slices.DeleteFunc(r.Unowned, other)
}

// of is the evidence about parts alone.
func (e *evidence) of(parts []Part) *evidence {
	among := func(name string) bool {
		return slices.ContainsFunc(parts, func(p Part) bool { return p.component() == e.component[name] })
	}
	only := *e
	only.matches, only.differences = nil, nil
	for _, m := range e.matches {
		if among(m.Name) {
			only.matches = append(only.matches, m)
		}
	}
	for _, d := range e.differences {
		if among(d.Name) {
			only.differences = append(only.differences, d)
		}
	}
	return &only
}

// first returns the first resource of Terraform of a kind and one of names; none if there is
// none.
func (f *facts) first(kind string, names ...string) terraform.Resource {
	for _, r := range f.state.Of(true, kind, names...) {
		return r
	}
	return terraform.Resource{}
}
