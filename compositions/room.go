package compositions

import "github.com/dominoc/dominoc/compositions/plan"

// PoolsRoom is what Room gives.
type PoolsRoom = plan.Room

// Room is how the pools of an environment fit into its subnets, also of one that
// Compile refuses for want of room.
func Room(in Input) PoolsRoom { return plan.RoomOf(in.Environment) }
