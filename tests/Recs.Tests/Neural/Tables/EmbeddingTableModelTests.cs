using CsCheck;

using Recs.Neural.Tables;

using Xunit;

namespace Recs.Tests.Neural.Tables;

/// <summary>Any sequence of calls does to the table what it does to a dictionary with a list of who was met when.</summary>
public sealed class EmbeddingTableModelTests
{
    enum Call
    {
        Meet,
        MeetLater,
        Find,
        Remove,
        Expire,
        TakeTouched,
        Restore,
    }

    // Mostly meetings, so that tables fill and evict; restoring is slow.
    static readonly Gen<Call> Calls = Gen.Frequency(
        (60, Gen.Const(Call.Meet)),
        (10, Gen.Const(Call.MeetLater)),
        (10, Gen.Const(Call.Find)),
        (15, Gen.Const(Call.Remove)),
        (2, Gen.Const(Call.Expire)),
        (2, Gen.Const(Call.TakeTouched)),
        (1, Gen.Const(Call.Restore)));

    [Fact]
    public void Small_tables_do_what_a_dictionary_and_a_naive_order_of_meetings_do() =>
        Gen.Select(Gen.Int[1, 60], Gen.Select(Calls, Gen.Int[1, 90]).Array[0, 300]).Sample(Check, iter: 1000);

    [Fact]
    public void Tables_that_grow_through_many_indexes_do_so_too() =>
        Gen.Select(Gen.Int[300, 2000], Gen.Select(Calls, Gen.Int[1, 3000]).Array[3000, 6000]).Sample(Check, iter: 20);

    static void Check(int rowsMax, (Call Call, int Id)[] steps)
    {
        var model = new Model(new(3, rowsMax) { Seed = 7 });
        foreach (var (call, id) in steps)
        {
            model.Do(call, id);
        }

        model.CheckAll();
    }

    sealed class Model(EmbeddingTableOptions options)
    {
        readonly Dictionary<int, int> _rows = [];
        readonly List<(int Id, uint Seconds)> _order = [];
        readonly SortedSet<int> _free = [.. Enumerable.Range(0, options.RowsMax)];
        readonly SortedSet<int> _touched = [];
        readonly Dictionary<int, byte[]> _stored = [];
        EmbeddingTable _table = new(options, new OpenAdmission());
        uint _seconds = 1;
        int _evicted;
        int _expired;

        public void Do(Call call, int id)
        {
            switch (call)
            {
                case Call.Meet:
                    Meet(id);
                    break;
                case Call.MeetLater:
                    _seconds++;
                    Meet(id);
                    break;
                case Call.Find:
                    Assert.Equal(_rows.GetValueOrDefault(id, EmbeddingTable.None), _table.Find(Key(id)));
                    break;
                case Call.Remove:
                    Assert.Equal(_rows.ContainsKey(id), _table.Remove(Key(id)));
                    Drop(id);
                    break;
                case Call.Expire:
                    Expire(_seconds - Math.Min(_seconds, (uint)id / 16));
                    break;
                case Call.TakeTouched:
                    TakeTouched();
                    break;
                default:
                    Restore();
                    break;
            }

            Assert.Equal((_rows.Count, _evicted, _expired), (_table.Count, (int)_table.Evicted, (int)_table.Expired));
        }

        public void CheckAll()
        {
            Span<float> values = stackalloc float[3];
            for (var id = 1; id <= 3000; id++)
            {
                Assert.Equal(_rows.GetValueOrDefault(id, EmbeddingTable.None), _table.Find(Key(id)));
                Assert.Equal(_rows.ContainsKey(id), _table.TryRead(Key(id), values));
            }

            foreach (var (id, row) in _rows)
            {
                Assert.Equal(Key(id), _table.KeyOf(row));
            }
        }

        void Meet(int id)
        {
            if (!_rows.TryGetValue(id, out var row))
            {
                if (_rows.Count == options.RowsMax)
                {
                    Drop(_order[0].Id);
                    _evicted++;
                }

                row = _free.Min;
                _rows[id] = row;
                _ = _free.Remove(row);
                _ = _touched.Add(row);
            }

            _ = _order.RemoveAll(met => met.Id == id);
            _order.Add((id, _seconds));
            Assert.Equal(row, _table.GetOrAdd(Key(id), _seconds));
        }

        void Drop(int id)
        {
            if (_rows.Remove(id, out var row))
            {
                _ = _order.RemoveAll(met => met.Id == id);
                _ = _free.Add(row);
            }
        }

        void Expire(uint before)
        {
            while (_order.Count > 0 && _order[0].Seconds < before)
            {
                Drop(_order[0].Id);
                _expired++;
            }

            _table.ExpireBefore(before);
        }

        void TakeTouched()
        {
            List<int> rows = [];
            _table.TakeTouched(rows);
            Assert.Equal(_touched.Except(_free), rows);
            _touched.Clear();
        }

        void Restore()
        {
            TakeTouched();
            List<int> pages = [];
            _table.TakeChangedPages(pages);
            foreach (var page in pages)
            {
                _stored[page] = _table.PageOf(page);
            }

            _table = EmbeddingTable.FromPages(
                _table.HeadPage(), _stored.Select(page => (page.Key, new ReadOnlyMemory<byte>(page.Value))), options, new OpenAdmission());
        }
    }

    static UInt128 Key(int id) => new((ulong)id * 0x9E3779B97F4A7C15, (ulong)id);
}
