namespace Recs.Offline.Evaluation.Tables;

/// <summary>Passes text on to a parser that forgives what is no table: carriage returns alone, and a quotation mark that is never closed.</summary>
sealed class CheckedText : TextReader
{
    const int BufferChars = 16 * 1024;

    readonly string _name;
    readonly TextReader _text;
    readonly char[] _buffer = new char[BufferChars];
    int _at;
    int _end;
    int _line = 1;
    int _quotedAt;
    bool _isReturn;

    /// <param name="name">How messages call the text.</param>
    /// <param name="text">The text; it stays the caller's.</param>
    /// <exception cref="EvaluationException">Its beginning is no table.</exception>
    public CheckedText(string name, TextReader text)
    {
        (_name, _text) = (name, text);
        _ = Fill();
        var first = _buffer.AsSpan(0, _end);
        FirstLine = (first.IndexOf('\n') is var end and >= 0 ? first[..end] : first).ToString();
    }

    /// <summary>The first line, or as much of it as is at hand.</summary>
    public string FirstLine { get; }

    /// <inheritdoc/>
    public override int Peek() => _at < _end || Fill() ? _buffer[_at] : -1;

    /// <inheritdoc/>
    public override int Read() => _at < _end || Fill() ? _buffer[_at++] : -1;

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override int Read(Span<char> buffer)
    {
        if (_at == _end && !Fill())
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _end - _at);
        _buffer.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    bool Fill()
    {
        (_at, _end) = (0, Fetch());
        if (_end == 0)
        {
            if (_quotedAt > 0)
            {
                throw new EvaluationException($"{_name}: line {_quotedAt}: the quotation mark is never closed");
            }

            return false;
        }

        foreach (var character in _buffer.AsSpan(0, _end))
        {
            Check(character);
        }

        return true;
    }

    int Fetch()
    {
        try
        {
            return _text.ReadBlock(_buffer, 0, BufferChars);
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw new EvaluationException($"{_name}: not UTF-8 text after line {_line}");
        }
        catch (Exception fault) when (fault is ICSharpCode.SharpZipLib.SharpZipBaseException or EndOfStreamException)
        {
            throw new EvaluationException($"{_name}: the gzip file is cut off or damaged after line {_line}: {fault.Message}");
        }
    }

    void Check(char character)
    {
        if (character == '\n')
        {
            (_line, _isReturn) = (_line + 1, false);
            return;
        }

        RequireNoReturn();
        switch (character)
        {
            case '"':
                _quotedAt = _quotedAt > 0 ? 0 : _line;
                break;
            case '\r' when _quotedAt == 0:
                _isReturn = true;
                break;
        }
    }

    void RequireNoReturn()
    {
        if (_isReturn)
        {
            throw new EvaluationException($"{_name}: line {_line}: a line ends in a carriage return alone; expected a line feed");
        }
    }
}
