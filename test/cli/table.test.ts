import { expect } from 'chai';
import { formatFields, formatTable, type Column } from '../../src/cli/table.ts';

interface Row {
  readonly name: string;
  readonly size: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'SIZE', cell: ({ size }) => size, alignRight: true },
  { title: 'LENGTH', cell: ({ name }) => String(name.length) },
];

describe('formatTable', () => {
  it('makes each column as wide as its widest cell, numbers to the right, without blanks at the end', () => {
    const rows = [
      { name: 'a', size: '10Gi' },
      { name: 'photographs', size: '1Mi' },
    ];
    expect(formatTable(columns, rows).split('\n')).to.deep.equal([
      'NAME         SIZE  LENGTH',
      'a            10Gi  1',
      'photographs   1Mi  11',
    ]);
  });

  it('counts characters, not UTF-16 units', () => {
    const [, long, short] = formatTable(columns, [
      { name: '💾💾💾💾💾', size: '1' },
      { name: 'ü', size: '1' },
    ]).split('\n');
    expect(long).to.equal('💾💾💾💾💾     1  10');
    expect(short).to.equal('ü         1  1');
  });

  it('shows an empty cell as a dash, and lets no control character through', () => {
    const [, line] = formatTable(columns, [{ name: '\x1b[2Jx\n', size: '' }]).split('\n');
    expect(line).to.equal('?[2Jx?     -  6');
  });
});

describe('formatFields', () => {
  it('aligns the values', () => {
    expect(
      formatFields([
        ['name', 'data'],
        ['attached to', ''],
      ]),
    ).to.equal('name:         data\nattached to:  -');
  });
});
