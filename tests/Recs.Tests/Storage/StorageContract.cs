namespace Recs.Tests.Storage;

/// <summary>What every implementation of the whole storage seam must do. A subclass says how one is opened.</summary>
public abstract partial class StorageContract : LogContract
{
    Stores? _stores;

    Stores Store => _stores!;

    /// <summary>Opens the store; the second call of a test finds what the first one left.</summary>
    protected abstract Task<Stores> OpenAsync();

    protected sealed override async Task<Recs.Storage.IEventLog> OpenLogAsync()
    {
        _stores = await OpenAsync();
        return _stores.Log;
    }

    protected sealed override ValueTask CloseAsync() => Store.Whole.DisposeAsync();

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
