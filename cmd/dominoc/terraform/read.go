package terraform

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/words"
)

// Read reads states and variables, as Files returns them, and merges them. A file is taken
// for variables if its name ends in .tfvars or .tfvars.json, and for a state otherwise. The
// installation has what could be read, even if the list has errors.
func Read(files []File) (*Installation, diag.List) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	i := &Installation{Outputs: map[string]any{}}
	var roots []root
	var found diag.List
	var states int
	for _, file := range files {
		if isVariables(file.Name) {
			variables, d := variables(file)
			i.Variables, found = append(i.Variables, variables...), append(found, d...)
			continue
		}
		states++
		r, d := parse(file)
		if found = append(found, d...); len(d) == 0 {
			roots = append(roots, r)
		}
	}
	if states == 0 {
		return i, append(found, none(files)).Sorted()
	}
	slices.SortStableFunc(i.Variables, func(a, b Variable) int {
		return cmp.Or(cmp.Compare(strength(a.Pos.File), strength(b.Pos.File)), strings.Compare(a.Pos.File, b.Pos.File))
	})
	found = append(found, i.merge(roots)...)
	return i, found.Sorted()
}

func none(files []File) diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: diag.Error, Code: "terraform-none", Message: "no Terraform state was found",
		Hint: "name the .tfstate files of the roots infra, cluster and nodes, or their folder; from a remote backend: terraform state pull > infra.tfstate",
	}
	if len(files) > 0 {
		d.Pos, d.Message = whole(files[0].Name), "variables were found, but no Terraform state: only a state has ids and the names of zones"
	}
	return d
}

// merge puts the roots into the installation.
func (i *Installation) merge(roots []root) diag.List {
	var found diag.List
	for _, r := range roots {
		i.States = append(i.States, r.State)
		found = append(found, r.check()...)
	}
	if len(roots) > 0 && !slices.ContainsFunc(roots, func(r root) bool { return !r.empty() }) {
		for i := range found {
			found[i].Severity = diag.Error // one empty state is no harm next to others
		}
	}
	i.mergeOutputs(roots)
	conflicts := i.mergeResources(roots)
	if mixed := i.mixed(roots); len(mixed) > 0 {
		return append(found, mixed...) // the addresses of two installations always conflict
	}
	return slices.Concat(found, conflicts, stale(roots))
}

// check finds what is wrong in one state.
func (r root) check() diag.List {
	if r.empty() {
		return diag.List{{
			Severity: diag.Warning, Code: "terraform-empty", Pos: whole(r.File), Message: "has no managed resources: nothing was applied, or everything was destroyed or moved to another state",
			Hint: "name the state of the applied root",
		}}
	}
	var found diag.List
	for _, o := range r.objects {
		switch {
		case o.deposed:
			found = append(found, diag.Diagnostic{
				Severity: diag.Error, Code: "terraform-deposed", Pos: whole(r.File),
				Message: fmt.Sprintf("%q has an object that Terraform has replaced but not yet destroyed", o.Address),
				Hint:    "run terraform apply until the plan is empty, then name the new state",
			})
		case o.tainted:
			found = append(found, diag.Diagnostic{
				Severity: diag.Warning, Code: "terraform-tainted", Pos: whole(r.File),
				Message: fmt.Sprintf("%q is tainted: the next terraform apply replaces it", o.Address),
				Hint:    "run terraform apply until the plan is empty, or terraform untaint, then name the new state",
			})
		}
	}
	return found
}

// empty reports whether a state manages nothing.
func (r root) empty() bool {
	return !slices.ContainsFunc(r.objects, func(o object) bool { return o.Managed })
}

// mergeResources collects the resources, and finds addresses whose content differs.
func (i *Installation) mergeResources(roots []root) diag.List {
	byName := map[string]int{}
	type pair struct{ one, other string }
	differing := map[pair][]string{}
	for _, r := range roots {
		for _, o := range r.objects {
			if o.deposed {
				continue
			}
			o.File = r.File
			at, again := byName[o.Address]
			switch {
			case !again:
				byName[o.Address] = len(i.Resources)
				i.Resources = append(i.Resources, o.Resource)
			case same(i.Resources[at], o.Resource):
			case !o.Managed:
				i.Resources = append(i.Resources, o.Resource)
			default:
				p := pair{i.Resources[at].File, r.File}
				differing[p] = append(differing[p], o.Address)
			}
		}
	}
	slices.SortStableFunc(i.Resources, byAddress)
	var found diag.List
	for p, addresses := range differing {
		slices.Sort(addresses)
		found = append(found, diag.Diagnostic{
			Severity: diag.Error, Code: "terraform-conflict", Pos: whole(p.other),
			Message: fmt.Sprintf("%s in %q with another content, such as %q", words.CountOf(len(addresses), "address is", "addresses are"), p.one, addresses[0]),
			Hint:    older(roots, p.one, p.other),
			Notes:   []diag.Note{{Pos: whole(p.one), Message: "the other state"}},
		})
	}
	return found
}

// older says which of two files to leave out.
func older(roots []root, files ...string) string {
	var of []State
	for _, r := range roots {
		if slices.Contains(files, r.File) {
			of = append(of, r.State)
		}
	}
	slices.SortStableFunc(of, func(a, b State) int { return cmp.Compare(a.Serial, b.Serial) })
	if old, new := of[0], of[len(of)-1]; old.Lineage == new.Lineage && old.Serial < new.Serial {
		return fmt.Sprintf("leave out %q, which is the older state: serial %d, the other has %d", old.File, old.Serial, new.Serial)
	}
	return "leave out the older state"
}

// same reports whether two states have the same resource, as far as it is kept.
func same(a, b Resource) bool {
	return reflect.DeepEqual(a.Attributes, b.Attributes) && slices.Equal(a.Withheld, b.Withheld) && reflect.DeepEqual(a.UserData, b.UserData)
}

// mixed finds a second installation among the states and variables.
func (i *Installation) mixed(roots []root) diag.List {
	files := map[string][]string{}
	add := func(name, file string) {
		if name != "" && !slices.Contains(files[name], file) {
			files[name] = append(files[name], file)
		}
	}
	for _, r := range roots {
		for _, o := range r.objects {
			switch {
			case !o.Managed:
			case o.Type == "aws_eks_cluster":
				add(o.Text("name"), r.File)
			case o.Type == "aws_eks_node_group", o.Type == "aws_eks_addon":
				add(o.Text("cluster_name"), r.File)
			}
		}
		if output, ok := r.kept()["infra"].(map[string]any); ok {
			name, _ := output["deploy_id"].(string)
			add(name, r.File)
		}
	}
	for _, v := range i.Variables {
		if name, ok := v.Value.(string); ok && v.Name == "deploy_id" {
			add(name, v.Pos.File)
		}
	}
	names := slices.SortedFunc(maps.Keys(files), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(files[b]), len(files[a])), strings.Compare(a, b)) // that of most files is what was meant
	})
	if len(names) < 2 {
		return nil
	}
	var found diag.List
	for _, name := range names[1:] {
		if file := files[name][0]; len(files[name]) == 1 && slices.Contains(files[names[0]], file) {
			found = append(found, diag.Diagnostic{
				Severity: diag.Error, Code: "terraform-mixed", Pos: whole(file),
				Message: fmt.Sprintf("has things of two installations, %q and %q", names[0], name),
				Hint:    "give a state of one: terraform state pull, then terraform state mv -state=FILE -state-out=OTHER for the modules of the other one",
			})
			continue
		}
		found = append(found, diag.Diagnostic{
			Severity: diag.Error, Code: "terraform-mixed", Pos: whole(files[name][0]),
			Message: fmt.Sprintf("belongs to installation %q, but %s to %q", name, strings.Join(files[names[0]], ", "), names[0]),
			Hint:    "name the files of one installation only; one dominoc environment is one installation",
		})
	}
	return found
}
