//! Byte offsets to lines and columns, for reports.

/// 1-based line and 1-based column; the column counts characters (Unicode scalar values), as editors do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineColumn {
    pub line: usize,
    pub column: usize,
}

/// The line starts of one text.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i as u32 + 1));
        Self { starts }
    }

    /// The place of byte `offset` of `text`, the text this index was made of; past the end counts as the end.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let offset = offset.min(text.len() as u32);
        let line = self.starts.partition_point(|&s| s <= offset) - 1;
        let start = self.starts[line] as usize;
        let column = text.as_bytes()[start..offset as usize].iter().filter(|&&b| b & 0xC0 != 0x80).count();
        LineColumn { line: line + 1, column: column + 1 }
    }

    /// The byte range of a 1-based line, without its line end; `None` past the last line.
    #[must_use]
    pub fn line_range(&self, text: &str, line: usize) -> Option<std::ops::Range<usize>> {
        let start = *self.starts.get(line.checked_sub(1)?)? as usize;
        let end = self.starts.get(line).map_or(text.len(), |&next| next as usize - 1);
        let end = if text.as_bytes()[start..end].ends_with(b"\r") { end - 1 } else { end };
        Some(start..end)
    }

    /// How many lines there are; a text that ends with a line feed has an empty last one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let text = "a\r\nbé c\n";
        let index = LineIndex::new(text);
        let at = |offset| {
            let p = index.line_column(text, offset);
            (p.line, p.column)
        };
        assert_eq!([at(0), at(3), at(6), at(9), at(99)], [(1, 1), (2, 1), (2, 3), (3, 1), (3, 1)]);
        assert_eq!(index.line_range(text, 1).map(|r| &text[r]), Some("a"));
        assert_eq!(index.line_range(text, 2).map(|r| &text[r]), Some("bé c"));
        assert_eq!(index.line_range(text, 4), None);
    }
}
