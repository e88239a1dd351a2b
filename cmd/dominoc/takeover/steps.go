package takeover

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/proof"
	"github.com/dominoc/dominoc/schema/load"
)

// Step is what a team does next.
type Step struct {
	Text     string   `json:"text"`
	Commands []string `json:"commands,omitempty"`
}

// steps are the way from a proven environment to one that Crossplane manages, in order, and
// the way back.
func (r Report) steps(f *facts) []Step {
	steps := []Step{
		{
			Text:     "Rehearse: give the role that Crossplane assumes only the rights to read, and to tag what is taken over. Merge, and wait until everything is Synced and Ready: a denied call would be the first change beside tags, and what AWS denies to make is Synced at first, but not Ready.",
			Commands: []string{"dominoc policy " + r.Name + " --rehearsal", "dominoc status " + r.Name},
		},
		{
			Text:     "Give the role its rights. Nothing is deleted while adopted.hold is true.",
			Commands: []string{"dominoc policy " + r.Name},
		},
	}
	return append(append(steps, r.forget(f)...), r.afterwards(f)...)
}

// forget takes what is managed now out of Terraform's states, and keeps the roots from
// making it again.
func (r Report) forget(f *facts) []Step {
	addresses := map[string][]string{} // by state
	for _, t := range r.taken() {
		addresses[f.at(t.Address).File] = append(addresses[f.at(t.Address).File], t.Address)
	}
	var steps []Step
	for _, state := range r.states(addresses) {
		steps = append(steps, r.forgetIn(state, addresses[state]))
	}
	keys := []string{plan.TagEnvironment}
	keys = append(keys, proof.ProviderTags()...)
	return append(steps, Step{
		Text:     "Where a root of Terraform reads something that Crossplane has tagged, let it ignore the tags: add to ignore_tags in infra.tfvars.",
		Commands: []string{"ignore_tags = [" + strings.Join(quotedAll(keys), ", ") + "]"},
	})
}

// forgetIn takes what is managed now out of one state.
func (r Report) forgetIn(state string, addresses []string) Step {
	modules := slices.DeleteFunc(slices.Clone(r.Modules), func(m Module) bool { return m.State != state })
	s := Step{Text: fmt.Sprintf("In the root of %s, forget what Crossplane manages; AWS is not asked.", state)}
	if len(modules) > 0 {
		s.Commands = append(s.Commands, "terraform state pull > "+beforeModules)
	}
	for _, address := range addresses {
		if !slices.ContainsFunc(modules, func(m Module) bool { return m.has(state, address) }) {
			s.Commands = append(s.Commands, "terraform state rm "+shell(address))
		}
	}
	for _, m := range modules {
		s.Commands = append(s.Commands, "terraform state rm "+shell(m.Address))
	}
	switch {
	case slices.Contains(r.Retired, state):
		s.Text += " Do not apply this root again, which would make everything once more, nor destroy it: what it leaves without an owner is still in use. Keep its state, and guard it by a file that fails each plan."
		s.Commands = append(s.Commands, guard)
	case len(modules) > 0:
		s.Text += " The modules of the cluster and the pools leave the state as a whole, with what has no owner any more. Then, before you apply this root again, take their calls out of its configuration: with the calls, Terraform would make everything once more; without them, but with their state, it would destroy roles and security groups that are in use. Its plan must then be empty."
	default:
		s.Text += " This root goes on, but its configuration asks for what it forgets: an apply would make it once more, or fail because the name is taken. Variables that no longer ask for it may also change policies by which the nodes reach it. Apply only a plan that does none of this; without such a plan, retire this root too."
	}
	return s
}

// beforeModules is the copy of a state that modules are taken out of.
const beforeModules = "before-dominoc.tfstate"

// guard is a file of Terraform that fails each plan and apply of its root.
const guard = `printf 'resource "terraform_data" "retired" {\n  lifecycle {\n    precondition {\n      condition     = false\n      error_message = "retired: dominoc manages this"\n    }\n  }\n}\n' > retired.tf`

// states are the states that have something to forget, in order.
func (r Report) states(addresses map[string][]string) []string {
	var states []string
	for state := range addresses {
		states = append(states, state)
	}
	slices.Sort(states)
	return states
}

// taken is everything that is taken over, by address.
func (r Report) taken() []Taken {
	all := slices.Concat(r.Same, r.Changes)
	slices.SortFunc(all, func(a, b Taken) int { return strings.Compare(a.Address, b.Address) })
	return all
}

// afterwards is the order in which the environment becomes as a new one, and the way back.
func (r Report) afterwards(f *facts) []Step {
	if r.Pools == nil { // parts are taken in addition, and the rest is under way
		return []Step{r.back(f)}
	}
	var steps []Step
	if mode := f.cluster.Text("access_config", "authentication_mode"); mode == "CONFIG_MAP" {
		steps = append(steps, Step{Text: fmt.Sprintf("Authentication, one step per pull request, and never back: cluster.authentication: \"API_AND_CONFIG_MAP\"; then cluster.admins for everyone whom the map aws-auth lets in%s; then \"API\". Only then can cluster.inCluster be \"provider\".", f.administrators())})
	}
	if len(r.Made) > 0 {
		steps = append(steps, Step{
			Text:     "Nodes of the zone that was brought need a mount target of the file system in its subnet; give each one.",
			Commands: f.newMountTargets(),
		})
	}
	steps = append(steps,
		Step{
			Text:     "Replace the pools by ones of the environment, each at leisure: with the disk and the size of the install page, and the tags of the autoscaler.",
			Commands: []string{"dominoc replace " + r.Name + " POOL"},
		},
		Step{Text: "The drivers of EBS and EFS and Calico are the installer's and Terraform's: leave storage.drivers and cluster.inCluster until they are uninstalled (OPERATING.md)."},
		Step{Text: "When nothing is left to go back to, let Crossplane delete what leaves the files: adopted.hold: false, in a pull request of its own."},
	)
	return append(steps, r.back(f))
}

// back is the way back.
func (r Report) back(f *facts) Step {
	var back []string
	if len(r.Modules) > 0 {
		back = append(back, "terraform state push -force "+beforeModules)
	}
	for _, t := range r.taken() {
		if slices.ContainsFunc(r.Modules, func(m Module) bool { return m.has(f.at(t.Address).File, t.Address) }) {
			continue // the copy of the state has it
		}
		back = append(back, fmt.Sprintf("terraform import %s %s", shell(t.Address), shell(importID(f.at(t.Address)))))
	}
	text := "The way back, while adopted.hold is true: set deletion: \"allow\" and merge, then remove the folder of the environment and merge; Crossplane lets go, and AWS keeps everything. Then, in the roots, remove the guard and import what was forgotten; terraform plan shows the tags alone."
	if len(r.Modules) > 0 {
		text += " For modules that left a state, put their calls back and push its copy: it is right until that root is applied without them; afterwards import each of their resources."
	}
	return Step{Text: text, Commands: back}
}

// importID is what terraform import takes for a resource: mostly its id (AWS provider,
// "Import" of each resource).
func importID(r terraform.Resource) string {
	switch r.Type {
	case "aws_security_group_rule":
		parts := []string{r.Text("security_group_id"), r.Text("type"), r.Text("protocol"), fmt.Sprint(number(r, "from_port")), fmt.Sprint(number(r, "to_port"))}
		if truth(r, "self") {
			parts = append(parts, "self")
		}
		if group := r.Text("source_security_group_id"); group != "" && !truth(r, "self") {
			parts = append(parts, group)
		}
		return strings.Join(slices.Concat(parts, r.Texts("cidr_blocks"), r.Texts("ipv6_cidr_blocks"), r.Texts("prefix_list_ids")), "_")
	case "aws_backup_selection":
		return r.Text("plan_id") + "|" + r.Text("id")
	}
	return r.Text("id")
}

// administrators are the principals that are known to Terraform as administrators.
func (f *facts) administrators() string {
	var all []string
	if creator, _ := f.state.Output("infra", "create_eks_role_arn").(string); creator != "" {
		all = append(all, creator+", which made the cluster and is its administrator without any entry")
	}
	roles, _ := f.state.Output("infra", "eks", "custom_role_maps").([]any)
	for _, role := range roles {
		fields, _ := role.(map[string]any)
		if arn, _ := fields["rolearn"].(string); arn != "" {
			all = append(all, arn)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, "; ") + ")"
}

// shell is a word for a shell.
func shell(word string) string {
	if special := strings.ContainsFunc(word, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_@%+=:,./-", r)
	}); special || word == "" {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

// paths are the paths of the states for a shell.
func paths(named []string) string {
	if len(named) == 0 {
		return "PATH"
	}
	var all []string
	for _, path := range named {
		all = append(all, shell(path))
	}
	return strings.Join(all, " ")
}

func quotedAll(words []string) []string {
	var all []string
	for _, w := range words {
		all = append(all, load.Quoted(w))
	}
	return all
}
