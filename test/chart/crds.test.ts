import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chartDirectory } from './helm.ts';
import { ofKind, parseManifests, render } from './render.ts';

describe('chart: definitions of custom resources', () => {
  it('are installed with the chart, upgraded with it, and kept when it goes', () => {
    const definitions = ofKind(render(), 'CustomResourceDefinition');
    const directory = path.join(chartDirectory, 'files/crds');
    const files = readdirSync(directory).map((file) => readFileSync(path.join(directory, file), 'utf8'));
    expect(definitions.map(({ spec }) => spec)).to.have.deep.members(
      files.flatMap((file) => parseManifests(file)).map(({ spec }) => spec),
    );
    expect(definitions).not.to.be.empty;
    for (const { metadata } of definitions) {
      expect(metadata.name).to.match(/\.tome\.storage$/);
      expect(metadata.annotations, metadata.name).to.include({ 'helm.sh/resource-policy': 'keep' });
      expect(metadata.annotations, metadata.name).not.to.have.property('helm.sh/hook');
    }
  });

  it('can be left to somebody else', () => {
    expect(ofKind(render({ crds: { install: false } }), 'CustomResourceDefinition')).to.be.empty;
  });
});
