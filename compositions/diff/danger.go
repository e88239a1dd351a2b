package diff

import (
	"fmt"
	"slices"
	"strings"
)

// Danger is something in a change that a person must have seen.
type Danger struct {
	Code    string   // see Codes
	Subject string   // what it is about: a pool, or the key of a resource
	Message string   // what happens
	Of      []string // the resources, by kind and key, where there may be many
	Instead Advice   // what to do
	Run     []string // commands that do what the provider does not

	Component, Key string // the resource, or the first of several; Key is empty for a whole component

	Detector string // which found it, by name; empty for one of another package

	// facts are what the message leaves out and what makes the danger a worse or a
	// lesser one: who accepts the danger accepts these.
	facts []any
}

// ID is what an environment accepts: the code and the subject, such as
// data-loss/bucket-logs.
func (d Danger) ID() string {
	if d.Subject == "" {
		return d.Code
	}
	return d.Code + "/" + d.Subject
}

// Code is a sort of danger. Names are stable.
type Code struct {
	Name  string
	Class Class
	About string // what it means, and what to do about it
}

// The codes.
const (
	accessWidened      = "access-widened"
	addonsBehind       = "addons-behind"
	addressChange      = "address-change"
	calicoRestart      = "calico-restart"
	controlPlaneZone   = "control-plane-zone"
	dataLoss           = "data-loss"
	definitionNarrowed = "definition-narrowed"
	environmentMoved   = "environment-moved"
	keyRenamed         = "key-renamed"
	newNodesOnly       = "new-nodes-only"
	nodeRoll           = "node-roll"
	outage             = "outage"
	packageChanged     = "package-changed"
	packageLowered     = "package-lowered"
	protectionRemoved  = "protection-removed"
	providerIdentity   = "provider-identity"
	quotaExceeded      = "quota-exceeded"
	scaleFirst         = "scale-first"
	sizeByHand         = "size-by-hand"
	stuck              = "stuck"
	syncMoved          = "sync-moved"
	throughputLowered  = "throughput-lowered"
	versionLowered     = "version-lowered"
	versionSkipped     = "version-skipped"
	zonesReordered     = "zones-reordered"
)

// Codes are all codes, by name.
func Codes() []Code {
	return []Code{
		{accessWidened, Exposes, "Somebody may reach or do more than before: a public endpoint or a range that may reach it, a rule of a security group that lets more in, a role that more may take on, a policy that allows more, an admin of the cluster."},
		{addonsBehind, Disturbs, "Kubernetes is upgraded and add-ons keep their versions: EKS never upgrades an add-on by itself, and an old one may not work with the new version. State versions that go with it: cluster.addons.NAME.version."},
		{addressChange, Disturbs, "Traffic leaves through other addresses, or a range of addresses changes. Allow lists elsewhere that name the old ones keep out what they should let in."},
		{calicoRestart, Disturbs, "Calico, which enforces network policies, becomes another release, or its images come from elsewhere. Its pods restart on every node, a few at a time, and Typha and its operator with them. The rules that a node has stay in force meanwhile; pods that start there, and policies that change, wait until Calico is back on the node. A release is tested with the Kubernetes versions before and after an upgrade, so that it does not matter which of the two comes first."},
		{controlPlaneZone, Stops, "The zones of the control plane are fixed for the life of the cluster: EKS takes no subnet in another zone. Keep controlPlaneZones; other zones need a new environment. Where EKS refused to create the control plane, they may change; only dominoc diff --live can tell."},
		{dataLoss, Destroys, "What holds data is destroyed, or data in it is deleted earlier than before, or an empty one takes its place. Copy what is needed first."},
		{definitionNarrowed, Stops, "A definition of composite resources takes less than before: a field, a value or a version is gone. The API server drops what it no longer knows from what is there, and refuses the next change of what it would not take. The definitions of one release of dominoc only grow."},
		{environmentMoved, Destroys, "The account, the region or the name of an environment never changes: nothing moves. Make a new environment, move the data, then remove the old one."},
		{keyRenamed, Destroys, "The same thing of AWS goes under one key and comes under another. Crossplane deletes before it creates, so it is gone in between, with what it holds."},
		{newNodesOnly, Stops, "A setting of the pods' network takes effect on nodes that are made after it. Nodes that run keep the old one, and new nodes of an old node group may accept more pods than they have addresses for. Replace every pool: add one with replaces, let the workloads move, then remove the old one (R5)."},
		{nodeRoll, Disturbs, "EKS replaces every node of the pool, a few at a time, and evicts the pods that run on them. Executions that run then are ended."},
		{outage, Stops, "Something that the installation needs to run goes: the control plane, the nodes of a pool, a way through the network, what a rule lets in or a policy allows, an add-on. For a pool there is a way without: add a pool that replaces it, merge, let the workloads move, and remove the old one in a later change (R5)."},
		{packageChanged, Disturbs, "A package of the management cluster becomes another: a provider, the function or Crossplane itself in another version, of other content or from another place. Its pods are replaced, and the new ones look at every resource of every environment. Read its release notes; merge when somebody is there."},
		{packageLowered, Stops, "A package of the management cluster goes back to an older version. It may not read what the newer one wrote, and its definitions may lack fields that are in use. Keep the version, or restore a backup of the management cluster."},
		{protectionRemoved, Destroys, "Something that keeps data, or the record of who did what, is taken away: protection against deletion, versions, encryption, backups, logs, policies."},
		{providerIdentity, Stops, "Crossplane comes to AWS as another role. Where that role is not trusted, or may do less, nothing of the environment is kept up to date. Prepare the role first: dominoc policy prints what it needs."},
		{quotaExceeded, Disturbs, "With this change the fleet needs more than AWS allows in the account. Raise the quota before merging, or need less: dominoc quotas."},
		{scaleFirst, Disturbs, "EKS refuses a minimum above, or a maximum below, the number of nodes that a group has at that moment. Scale it first, or state the desired size in the same call."},
		{sizeByHand, Disturbs, "The size of a node group is given when it is made, and belongs to the autoscaler afterwards. With this release of the provider nothing happens in AWS when the file says another one: merge, and run the command."},
		{stuck, Stops, "AWS cannot change a field in place, and the provider never replaces a resource: it refuses the whole update. The resource stays as it is, out of sync, and the environment turns unready. A resource that AWS refused to create is not stuck: it is created with the new values. Only dominoc diff --live can tell, by the error of the provider's last attempt. A changed reference of such a resource is stuck all the same: the provider has resolved it and keeps the value."},
		{syncMoved, Stops, "The manifests reach the management cluster another way: by another tool, from another namespace, repository, branch or folder. What the new place lacks is no longer updated, or is deleted; the objects of the old one stay until they are deleted by hand."},
		{throughputLowered, Disturbs, "Storage becomes slower: what reads and writes much of it takes longer, or waits. EFS in bursting mode gives 50 KiB/s for each GiB that is stored, and more while there are credits."},
		{versionLowered, Stops, "The version of Kubernetes goes down. EKS takes a control plane back only under conditions, and nodes not at all."},
		{versionSkipped, Stops, "EKS takes a control plane up by one minor version at a time. Merge one after the other."},
		{zonesReordered, Stops, "A zone's place in the list is its slot, which decides subnets and addresses. Append; never reorder, replace or take from the middle."},
	}
}

// Renamed is the danger of another name in the file of an environment.
func Renamed(from, to string) Danger {
	return Danger{
		Code: environmentMoved, Subject: "name",
		Message: fmt.Sprintf("the file named %q until now: %q is another environment, made beside it, and nothing moves", from, to),
		Instead: leftOut("keep the name"),
	}
}

// QuotaExceeded is the danger of a quota of AWS, by its code. Which quotas there
// are is not known here.
func QuotaExceeded(quota, message string) Danger {
	return Danger{Code: quotaExceeded, Subject: quota, Message: message, Instead: byHand("raise it before merging, or need less: dominoc quotas --emit asks AWS")}
}

// CodeOf is a code by its name.
func CodeOf(name string) (Code, bool) {
	i := slices.IndexFunc(Codes(), func(c Code) bool { return c.Name == name })
	if i < 0 {
		return Code{}, false
	}
	return Codes()[i], true
}

// IsCode reports whether a text is a code, or a code with a subject.
func IsCode(id string) bool {
	code, _, _ := strings.Cut(id, "/")
	_, known := CodeOf(code)
	return known
}

// comparison is what detectors look at.
type comparison struct {
	base, head *Environment // head is nil when the environment goes
	changes    []Change
}

// dangers are all dangers, the gravest code first, each ID once.
func dangers(c comparison) []Danger {
	var all []Danger
	for _, d := range detectors() {
		for _, found := range d.find(c) {
			found.Detector = d.name
			all = append(all, found)
		}
	}
	all = once(all)
	slices.SortStableFunc(all, byGravity)
	return all
}

// gravest are codes in the order in which a reader wants to know of them.
var gravest = []string{
	dataLoss, outage, syncMoved, keyRenamed, environmentMoved, definitionNarrowed, packageLowered, providerIdentity, stuck, newNodesOnly, zonesReordered, controlPlaneZone,
	versionSkipped, versionLowered, protectionRemoved, accessWidened, nodeRoll, packageChanged, addonsBehind, calicoRestart, addressChange, throughputLowered, quotaExceeded, sizeByHand, scaleFirst,
}

// Gravity orders dangers: what has the least is the gravest.
func (d Danger) Gravity() int { return slices.Index(gravest, d.Code) }

// subject is what a danger is called that is about one resource: the pool, the
// key alone where a component's keys say what they are, or both.
func subject(component, key string) string {
	if pool := poolOf(component); pool != "" {
		return pool
	}
	switch component {
	case "network", "cluster", "storage", "registry", "domain", "endpoints":
		return key
	}
	return component + "/" + key
}

// about is a danger of one change.
func about(code string, c Change, message string) Danger {
	return Danger{Code: code, Subject: subject(c.Component, c.Key), Message: message, Component: c.Component, Key: c.Key}
}

// called is a resource for the reader: by its name in AWS, else by its key.
func (c Change) called() string {
	if c.AWSName != "" {
		return c.AWSName
	}
	return c.Key
}
