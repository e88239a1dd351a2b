// Package cluster proves the output of dominoc on a real management cluster: the
// sample fleet is compiled, applied, reconciled and changed, without containers
// and without AWS.
//
//	go -C tests/cluster test -v -timeout 60m -run TestFleet .
//
// Package harness builds etcd, kube-apiserver, kube-controller-manager,
// Crossplane and function-patch-and-transform from Go modules, whose versions
// the folders etcd, kubernetes and crossplane pin, and starts them on loopback.
// Built programs stay in the user's cache folder. Package standin plays the
// providers. A world is who plays the providers and what is asked afterwards for
// what AWS holds; the steps are written against it. TestFleet tells the story,
// each step needs the one before:
//
//	PlatformIsAccepted, MistakesAreRefused, AnEnvironmentIsAccepted
//	    server-side apply with strict field validation, in the order of sync/
//	ItBecomesReady, EveryXRIsSynced, EnvironmentsBecomeReady
//	    in waves, which -v prints as a timeline
//	ResourcesAreWhatRenderSays, OutputsAreComplete
//	    every composed object against dominoc render, field by field, both ways
//	StatusSaysWhatWaits, StatusIsContent, IdsAreCommitted
//	    the commands that read the cluster; an environment that is compiled with
//	    its ids changes nothing
//	CrossplaneWarnsOfNothing, NothingMoves
//	    but of resources that wait for a value; then nobody writes any more
//	DayTwo
//	    pools, zones, an upgrade, ECR: just what each edit is about changes, as
//	    dominoc diff --live said before; nothing is made again, no other
//	    environment moves
//	WhatNothingNeedsIsRemoved
//	    dominoc gc takes the Compositions that the edits left behind
//	TheBreakerStaysClosed
//	    with the start flags that dominoc emits for Crossplane
//
// TestFaultsAndDeletion has AWS refuse, loses status fields, kills programs, has an
// environment name a Composition that is not there, loses the management cluster and
// builds it again from Git, and deletes environments, protected or not.
// TestTwentyFiveEnvironmentsAtOnce measures what a fleet costs, and bounds what it costs
// at rest.
//
// TestFlux is the way from a push to a reconciled environment. Flux's
// source-controller and kustomize-controller (folder flux) join the cluster, the
// fleet lies in a bare Git repository on loopback, and two manifests of sync/ are
// applied once:
//
//	EnvironmentsAppear, AChangeArrives
//	AnEditedListPrunesNothingThatIsProtected, AnEnvironmentsSyncStaysInItsNamespace
//	    the output is edited by hand, as one does who gets it past a review
//	AProtectedEnvironmentSurvives, ARevertTakesItUpAgain
//	    its file goes and comes back: not one of its objects is another one
//	AnAllowedEnvironmentGoes
//	FluxReadsTheArtifact, CrossplaneInstallsThePackage
//	    what dominoc push pushes, from a registry on loopback
//
// TestArgoCD goes the same way with Argo CD (module tests/argocd): its repo server, the
// controllers of Applications and of ApplicationSets, and a redis in Go. All of sync/
// is applied once, and beside the steps of TestFlux there are
//
//	AnApplicationIsAsWellAsItsEnvironment
//	    by the health that dominoc puts into argocd-cm; nothing else tells Argo CD
//	ItsNamespaceIsGone
//	    the last of an allowed environment, in the order of the waves
//
// TestProvider is floor two: provider-aws itself, in the place of the stand-in,
// creates production and the environment in one zone in an emulated AWS (folder
// emulator), and AWS is asked through its SDK whether it holds what Domino's
// install page demands (package aws). provider-aws is built without the services of
// AWS that no Composition uses, which are most of it. Both environments become ready, AWS holds what is demanded, every call that the
// provider made is one that dominoc policy allows, the autoscaler's sizes stay, a
// provider that is killed changes nothing. Then day two, a refusal, twenty changes
// of what cannot change, the rebuild from Git, and the deletions, against AWS's
// answers. A run that is green as a whole writes testdata/provider.txt: the kinds
// and fields that the provider and AWS took, beyond which a test in tests/emitted
// lets nothing be emitted.
//
// TestTakeover is the proof of dominoc import by the same provider. AWS holds an
// installation of Domino's Terraform modules, created from the states of a real run; the
// states, with AWS's ids, are imported, and the environment is applied by a role that may
// read and tag, as dominoc policy --rehearsal says:
//
//	EachWrongValueIsTold, AWrongValueIsOneCall
//	    by dominoc import --check; then AWS denies that call, or the provider refuses
//	RightItBecomesReady, OnlyTagsAreWritten, AWSHoldsTheSameWithTags
//	    each thing is tagged once; AWS describes everything as before
//	EverythingIsTaken, OnlyItsTagsAreWritten, AWSHoldsTheSameStill
//	    the same of what dominoc import --take takes, with two wrong rules of a security group,
//	    which are of the provider's other framework
//	KubernetesIsUpgraded, APoolIsReplaced, WhatTerraformKeepsIsTheSame
//	    by dominoc upgrade and dominoc replace, with the rights of dominoc policy
//	RemovedUnderHoldAllStays
//	    the environment is deleted with these rights, and nothing in AWS
//
// The objects are applied as dominoc emits them, provider configs included: the
// provider's environment leads its SDK to the emulator, which hands out credentials
// for the roles that the configs name. The emulator needs python3.
//
// It is a module of its own, so that go test ./... in the repository does not
// wait for it. It knows dominoc as a program only. .ci/run runs TestFleet,
// TestFaultsAndDeletion and what takes seconds; .ci/night runs TestFlux, TestArgoCD,
// TestTwentyFiveEnvironmentsAtOnce, TestProvider, TestTakeover and package argocd, in which Argo CD's
// own packages answer without a cluster.
//
// What it does not show: that Crossplane's service account may do what it must (it
// runs as administrator here), that the providers' packages install (they are
// applied paused), that nodes start and what lives in a cluster works (there is
// none), and on floor one that AWS takes the values (the stand-in would take others
// too).
package cluster
