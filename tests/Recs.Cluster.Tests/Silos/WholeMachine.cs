using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>Tests of three silos, one at a time and beside no other: how late a slate is says nothing where others start silos.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class WholeMachine;
