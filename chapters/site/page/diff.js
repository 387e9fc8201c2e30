// Two texts line by line: [{ mark: " " | "-" | "+", line }], with - for lines of the first alone.
export const diff = (first, second) => {
  const a = first.trimEnd().split("\n");
  const b = second.trimEnd().split("\n");
  // longest[i][j]: the longest common subsequence of a from i and b from j
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i][j] = a[i] === b[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: " ", line: a[i++] });
      j++;
    } else if (i < a.length && (j === b.length || longest[i + 1][j] >= longest[i][j + 1]))
      lines.push({ mark: "-", line: a[i++] });
    else lines.push({ mark: "+", line: b[j++] });
  }
  return lines;
};
