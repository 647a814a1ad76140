using Xunit;

namespace Recs.Tests.Storage;

/// <summary>The tests that share one PostgreSQL server; one at a time, for some of them stop it.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
