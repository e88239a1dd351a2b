// Package cluster proves the output of dominoc on a real management cluster: the
// sample fleet is compiled, applied and reconciled, without containers and
// without AWS.
//
//	cd tests/cluster && go test -v -timeout 60m .
//
// Package harness builds etcd, kube-apiserver, kube-controller-manager,
// Crossplane and function-patch-and-transform from Go modules, whose versions
// the folders etcd, kubernetes and crossplane pin, and starts them on loopback.
// Built programs stay in the user's cache folder. Package standin plays the
// providers. This package tells the story, in one test, because each step needs
// the one before:
//
//	PlatformIsAccepted, MistakesAreRefused, EnvironmentsAreAccepted
//	    server-side apply with strict field validation, platform/ first
//	EveryXRIsSynced, EnvironmentsBecomeReady
//	    in waves, which -v prints as a timeline
//	ResourcesAreWhatRenderSays
//	    every composed object against dominoc render, field by field, both ways
//	CrossplaneWarnsOfNothing
//	    but of resources that wait for a value
//
// It is a module of its own, so that go test ./... in the repository does not
// wait for it. It knows dominoc as a program only.
//
// What it does not show: that AWS takes the values (the stand-in would take
// others too), changes and deletions, that Crossplane's service account may do what it must (it runs as
// administrator here), and that packages install (they are applied paused).
package cluster
