import { BYTE_RANGE_PLACEHOLDER, SEAL_BYTES } from '../signature/byte-range.ts';

/** Who seals, where and when, as PDF viewers show it; the time of a PAdES seal stands here and nowhere else. */
export interface SealField {
  readonly name: string;
  readonly location: string;
  readonly reason: string;
  readonly at: Date;
}

/**
 * The parts of pdfkit that have no public name: the catalog, and with it the form its `initForm` makes for text fields.
 */
interface Catalogued {
  readonly _root: {
    readonly data: { readonly AcroForm: { readonly data: Record<string, unknown> & { Fields: unknown[] } } };
  };
}

/**
 * Leaves the empty space of a seal in the file (ISO 32000-1, 12.7.4.5 and 12.8.1): a signature dictionary with
 * placeholders, and a field without extent, which PDF/A-2 asks no appearance for (ISO 19005-2, 6.3.3), inside a Form
 * element of the structure tree (ISO 14289-1, 7.18.4).
 */
export function addSealField(doc: PDFKit.PDFDocument, parent: PDFKit.PDFStructureElement, field: SealField): void {
  const value = doc.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: BYTE_RANGE_PLACEHOLDER,
    Contents: new Uint8Array(SEAL_BYTES),
    M: field.at,
    Name: pdfText(field.name),
    Location: pdfText(field.location),
    Reason: pdfText(field.reason),
  });
  value.end(undefined);
  const structParent = doc.struct('Form', { alt: 'Sigillo elettronico' });
  parent.add(structParent);
  const PRINT_AND_LOCKED = 4 | 128;
  const widget = {
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    T: pdfText('Sigillo'),
    TU: pdfText('Sigillo elettronico'),
    V: value,
    F: PRINT_AND_LOCKED,
  };
  doc.annotate(0, 0, 0, 0, { ...widget, structParent } as PDFKit.Mixins.AnnotationOption);
  structParent.end();
  doc.initForm();
  const form = (doc as unknown as Catalogued)._root.data.AcroForm.data;
  form.Fields.push(doc.page.annotations.at(-1));
  // Signatures exist; append only (ISO 32000-1, table 219). Viewers must not redraw fields (ISO 19005-2, 6.4.1).
  form['SigFlags'] = 3;
  delete form['NeedAppearances'];
}

/** pdfkit writes a `String` object as a PDF text string and a plain string as a name. */
function pdfText(value: string): object {
  return Object(value) as object;
}
