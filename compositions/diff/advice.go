package diff

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Advice is what to do about a danger: a sentence for the reader, and the same steps as
// data, or the reason if there are none. A test follows the steps to their end. The
// zero Advice is no advice.
type Advice struct {
	Sentence string

	// Steps are the edits of environments' files, from the base on. Each step is
	// merged, and reconciled, before the next.
	Steps []Merge

	// Unedited is the reason if there are no steps.
	Unedited Unedited
}

// Unedited is why an advice has no steps.
type Unedited string

// The reasons.
const (
	LeftOut Unedited = "left out" // the edit that leads to the danger is not made
	ByHand  Unedited = "by hand"  // a person acts outside of the files
)

// Merge is one step: edits that are merged together.
type Merge struct {
	Amendments []Amendment

	// Announced are the IDs of the dangers that this step causes and that the sentence
	// mentions.
	Announced []string
}

// Amendment is one edit of a file on the way from the base to the requested change.
type Amendment struct {
	Environment string // whose file is edited; empty for the danger's environment
	Do          Verb
	Path        diag.Path // the field; empty for the whole file
	From        diag.Path // the field whose value Take or Keep uses, if that is not Path
	Value       string    // the value for Set, as JSON; {...} is a placeholder that the user fills in
}

// Verb is what an amendment does.
type Verb string

// The verbs.
const (
	Take Verb = "take" // the value that the pull request gives
	Keep Verb = "keep" // the value that the base has
	Set  Verb = "set"
	Drop Verb = "drop"
)

// leftOut is advice not to make the edit.
func leftOut(sentence string) Advice { return Advice{Sentence: sentence, Unedited: LeftOut} }

// byHand is advice to do something outside of the environments' files.
func byHand(sentence string) Advice { return Advice{Sentence: sentence, Unedited: ByHand} }

// inSteps is advice to merge steps one after the other.
func inSteps(sentence string, steps ...Merge) Advice { return Advice{Sentence: sentence, Steps: steps} }

// merging returns a step.
func merging(amendments ...Amendment) Merge { return Merge{Amendments: amendments} }

// announcing returns the step with the dangers that the sentence announces.
func (m Merge) announcing(ids ...string) Merge {
	m.Announced = append(slices.Clip(m.Announced), ids...)
	return m
}

func take(path ...string) Amendment { return Amendment{Do: Take, Path: path} }

func keep(path ...string) Amendment { return Amendment{Do: Keep, Path: path} }

func drop(path ...string) Amendment { return Amendment{Do: Drop, Path: path} }

func set(value any, path ...string) Amendment {
	data, err := json.Marshal(value)
	if err != nil {
		panic("the value of an amendment is plain data: " + err.Error())
	}
	return Amendment{Do: Set, Path: path, Value: string(data)}
}

// of returns the amendment for another environment's file.
func (a Amendment) of(environment string) Amendment {
	a.Environment = environment
	return a
}

// Another is a placeholder for the name that the user gives to an added pool or
// environment.
func Another(name string) string { return "{another " + name + "}" }

// addSuccessor adds a pool that replaces another: with its values of the pull request
// (Take) or its present values (Keep).
func addSuccessor(from Verb, pool string) []Amendment {
	return []Amendment{
		{Do: from, Path: diag.Path{"pools", Another(pool)}, From: diag.Path{"pools", pool}},
		set(pool, "pools", Another(pool), "replaces"),
	}
}

// replacePool replaces a pool by one with its values of the pull request (Take) or
// those that it has (Keep). The command writes the edits.
func (c comparison) replacePool(from Verb, sentence, pool string) Advice {
	command := replaceCommand(c.base.Name, pool)
	if from == Take {
		command += c.otherwise(pool)
	}
	add, remove := c.successorOf(from, pool)
	return inSteps(command+": "+sentence, merging(add...), merging(remove...))
}

// successorOf returns the edits that add a successor, and those that then remove the pool.
// One that was taken over leaves the facts too, and its successor has at least what the
// install page requires.
func (c comparison) successorOf(from Verb, pool string) (add, remove []Amendment) {
	add, remove = addSuccessor(from, pool), []Amendment{drop("pools", pool)}
	if c.base.Spec == nil || c.base.Spec.Pools[pool].Adopted == nil {
		return add, remove
	}
	spec := c.base.Spec.Pools[pool]
	if from == Take && c.head != nil && c.head.Spec != nil {
		spec = c.head.Spec.Pools[pool]
	}
	nodes, sizeGiB := plan.Least(spec.Labels[plan.PoolLabel])
	var least int64
	for _, zone := range spec.Zones {
		least += zone.Min
	}
	if least < nodes {
		add = append(add, set(nodes, "pools", Another(pool), "size", "min"), set(nodes, "pools", Another(pool), "size", "desired"))
	}
	if spec.Disk.SizeGiB < sizeGiB {
		add = append(add, set(sizeGiB, "pools", Another(pool), "disk", "sizeGiB"))
	}
	return add, append(remove, drop("adopted", "pools", pool))
}

// replaceEveryPool merges the pull request, which announces its own danger, and then
// replaces each pool by one like it.
func (c comparison) replaceEveryPool(sentence, announced string) Advice {
	pools := c.head.pools()
	var add, remove []Amendment
	for _, pool := range pools {
		comes, goes := c.successorOf(Take, pool)
		add, remove = append(add, comes...), append(remove, goes...)
	}
	return inSteps(sentence+": "+replaceCommand(c.head.Name, pools...), merging(take()).announcing(announced), merging(add...), merging(remove...))
}

// replaceCommand is the command that writes the edits by which pools are replaced.
func replaceCommand(environment string, pools ...string) string {
	return "dominoc replace " + strings.Join(append([]string{environment}, pools...), " ")
}

// newEnvironment adds the environment of the pull request with another name, host name
// and range, and leaves the present one unchanged.
func newEnvironment(sentence string, base *Environment) Advice {
	another := Another(base.Name)
	amendments := []Amendment{take(), set(another, "name"), set(another+"-"+base.Spec.FQDN, "domain", "fqdn")}
	if base.Spec.Network != nil {
		amendments = append(amendments, set("{free range}", "network", "cidr"))
	}
	for i := range amendments {
		amendments[i] = amendments[i].of(another)
	}
	return inSteps(sentence, merging(amendments...))
}

// pools returns the names of an environment's pools, sorted.
func (e *Environment) pools() []string {
	if e == nil || e.Spec == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(e.Spec.Pools))
}

// separatePool adds a pool with the values of the pull request and its own label, and
// leaves the present pool unchanged. It states instance types, because only the pools of
// the install page have defaults.
func (c comparison) separatePool(sentence, pool string) Advice {
	another := diag.Path{"pools", Another(pool)}
	add := []Amendment{{Do: Take, Path: another, From: diag.Path{"pools", pool}}}
	if labelOf(groupsOf(c.head, v1alpha1.PoolPrefix+pool)) == labelOf(groupsOf(c.base, v1alpha1.PoolPrefix+pool)) {
		add = append(add, set(Another(pool), another.Child("nodePool")...))
	}
	if c.head.Spec != nil {
		add = append(add, set(c.head.Spec.Pools[pool].Types(), another.Child("instanceTypes")...))
	}
	return inSteps(sentence, merging(add...))
}

// minorByMinor merges each Kubernetes minor version up to the requested one.
func minorByMinor(sentence string, before, after any) Advice {
	advice := Advice{Sentence: sentence}
	for next := minor(before) + 1; next < minor(after); next++ {
		advice.Steps = append(advice.Steps, merging(set(fmt.Sprintf("1.%d", next), "cluster", "version")))
	}
	advice.Steps = append(advice.Steps, merging(take()))
	return advice
}

// nodesFirst keeps every pool at an older Kubernetes version, and then rolls the control
// plane back to it.
func (c comparison) nodesFirst(sentence string, version any) Advice {
	var hold []Amendment
	var announced []string
	for _, pool := range c.head.pools() {
		hold = append(hold, set(version, "pools", pool, "version"))
		announced = append(announced, versionLowered+"/"+pool)
	}
	return inSteps(sentence, merging(hold...).announcing(announced...), merging(take()).announcing(versionLowered+"/cluster"))
}

// stateVersions merges the pull request with versions of add-ons.
func stateVersions(sentence string, addons []string) Advice {
	amendments := []Amendment{take()}
	for _, addon := range addons {
		amendments = append(amendments, set("{version of "+addon+"}", "cluster", "addons", addon, "version"))
	}
	return inSteps(sentence, merging(amendments...))
}

// moveProtected protects environments while the object that applies them is replaced.
func moveProtected(sentence string, environments []string) Advice {
	var protect []Amendment
	var allowed []string
	for _, name := range environments {
		protect = append(protect, set("protect", "deletion").of(name))
		allowed = append(allowed, protectionRemoved+"/deletion")
	}
	return inSteps(sentence, merging(protect...), merging(append([]Amendment{take()}, protect...)...), merging(take()).announcing(slices.Compact(allowed)...))
}
