using System.Text;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace Recs.Tests.Storage;

/// <summary>What every implementation of the storage seam must do. A subclass says how one is opened.</summary>
public abstract partial class StorageContract : IAsyncLifetime
{
    protected const int Partitions = 4;

    protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    Stores? _stores;

    protected FakeTimeProvider Time { get; } = new(Noon);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    Stores Store => _stores!;

    /// <summary>Opens the store; the second call of a test finds what the first one left.</summary>
    protected abstract Task<Stores> OpenAsync();

    /// <summary>Forgets everything.</summary>
    protected abstract void Delete();

    public async ValueTask InitializeAsync() => _stores = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Store.Whole.DisposeAsync();
        Delete();
        GC.SuppressFinalize(this);
    }

    async Task Reopen()
    {
        await Store.Whole.DisposeAsync();
        _stores = await OpenAsync();
    }

    static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    static async Task<List<T>> All<T>(IAsyncEnumerable<T> items)
    {
        List<T> all = [];
        await foreach (var item in items)
        {
            all.Add(item);
        }

        return all;
    }
}
