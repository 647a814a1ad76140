using Xunit;

namespace Recs.Tests.Storage;

/// <summary>One server for all tests of storage.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    PostgresServer? _server;

    public PostgresServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.Start();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
