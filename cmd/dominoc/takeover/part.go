package takeover

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

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

// claimed reads the parts that an environment took.
func (f *facts) claimed(by v1alpha1.Taken) []claim {
	var claims []claim
	for _, p := range Parts() {
		if p.of(by) {
			claims = append(claims, f.claim(p))
		}
	}
	return claims
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

// take decides the files of an environment of the fleet that takes parts of its
// installation in addition. The file that people edit stays as it is; the proof is of these
// parts, because AWS changed since the states were written where the environment did.
func (t *Takeover) take(w *workspace.Workspace, others []load.Result, f *facts, is load.Result, parts []Part) error {
	t.Report.Pools = nil // they are decided already
	if is.Environment == nil {
		t.Found = is.Diagnostics
		t.refuse("correct the environment's files")
		return nil
	}
	adopted := path.Join(is.Folder.Shown, AdoptedName)
	contents := contentsOf(is)
	if contents[AdoptedName] == nil || is.Environment.Adopted == nil {
		t.Report.Refused = []Refused{{What: fmt.Sprintf("environment %q was not imported: %s is missing", is.Environment.Name, adopted), First: "import the installation without --take"}}
		return nil
	}
	claims := t.claim(f, parts)
	f.claims = append(f.claimed(is.Environment.Adopted.Taken), claims...)
	for _, p := range parts {
		if p.of(is.Environment.Adopted.Taken) {
			t.Report.Refused = append(t.Report.Refused, Refused{What: fmt.Sprintf("%s is taken already: %s", p, adopted), First: "leave it out of --take"})
		}
	}
	if slices.Contains(parts, Storage) {
		t.Report.Refused = append(t.Report.Refused, f.unstated(is.Environment)...)
	}
	if len(t.Report.Refused) > 0 {
		return nil
	}
	before := maps.Clone(contents)
	if err := f.take(contents, is.Environment, claims); err != nil {
		return err
	}
	t.Files, t.before = map[string][]byte{}, map[string][]byte{}
	for _, name := range []string{AdoptedName, load.IDsName} {
		file := path.Join(is.Folder.Shown, name)
		t.Files[file], t.before[file] = contents[name], before[name]
	}
	draft := w.Loader.Draft(is.Folder, contents)
	if t.Found = w.Judge(others, draft); draft.Environment == nil || t.Found.HasErrors() {
		t.refuse("correct the environment's files, or change with Terraform what this describes, and refresh the state")
		return nil
	}
	e, err := prove(w, f, draft)
	if err == nil {
		t.Report.judge(f, e.of(parts))
		t.Report.narrow(parts)
	}
	return err
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

// partOf returns the part that a type of Terraform is of; empty if of none.
func partOf(kind string) Part {
	for _, part := range []struct {
		prefix string // of its types
		Part
	}{
		{"aws_ecr_", Registry}, {"aws_kms_", Key}, {"aws_security_group", Security},
		{"aws_efs_", Storage}, {"aws_backup_", Storage}, {"aws_s3_", Storage},
	} {
		if strings.HasPrefix(kind, part.prefix) {
			return part.Part
		}
	}
	return ""
}

// left returns the parts that no claim is on, with the number of their resources that are
// kept.
func (f *facts) left(kept []Kept) []Left {
	var all []Left
	for _, p := range Parts() {
		if slices.ContainsFunc(f.claims, func(c claim) bool { return c.part == p }) {
			continue
		}
		one := Left{Part: p, Refused: f.claim(p).refused}
		for _, k := range kept {
			if k.part == p {
				one.Resources++
			}
		}
		if len(one.Refused) == 0 {
			one.Command = fmt.Sprintf("dominoc import %s --take %s", f.named, p)
		}
		if one.Resources > 0 {
			all = append(all, one)
		}
	}
	return all
}

// narrow leaves out what is of none of the parts.
func (r *Report) narrow(parts []Part) {
	other := func(k Kept) bool { return !slices.Contains(parts, k.part) }
	r.Retired, r.Modules = nil, nil
	r.Stays = slices.DeleteFunc(r.Stays, other)
	r.Unowned = slices.DeleteFunc(r.Unowned, other)
}
