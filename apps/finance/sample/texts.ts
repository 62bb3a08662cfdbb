import { copyText } from 'altiplano/sample';

// Escaped for COPY once, here. Some are odd on purpose: letters whose case does not fold alike, right to left, beyond the basic
// plane, what LIKE and quoting could trip over.
export const GIVEN_NAMES: readonly string[] = [
  ...['Amara', 'Benoît', 'Chiara', 'Dmitri', 'Esra', 'Farid', 'Greta', 'Hiro', 'Inés', 'Jonas', 'Kaveh', 'Léa'],
  ...['Işıl', 'Σοφία', 'Жанна', 'ليلى', '直樹', 'Åsa', 'ana', 'ANA'],
].map(copyText);

export const FAMILY_NAMES: readonly string[] = [
  ...['Okoye', 'Lindqvist', "O'Hara", 'D’Amico', 'Groß', 'GROSS', 'Παππάς', 'Волкова', 'حداد', '山本', 'de la Cruz'],
  ...['Back\\slash', '50%_off', 'Nguyen', 'Mbeki', 'Silva', 'Ñúñez'],
].map(copyText);

export const ORGANIZATIONS: readonly string[] = [
  ...['Alder & Sons', 'Brunswick Mills', 'Cobalt Logistics', 'Société Delacroix', 'Eider Coast Foods', 'Frühling GmbH'],
  ...['Granite Row', 'Høyer Marine', 'Ivory Lane Press', 'Jade River Tea'],
].map(copyText);

export const TEAMS: readonly string[] = ['Procurement', 'Field sales', 'Events'].map(copyText);

export const ACCOUNTS: readonly string[] = [
  ...['Operating', 'Payroll', 'Reserve', 'Petty cash', 'Taxes', 'Travel', 'Rücklage', 'Épargne', 'ΤΑΜΕΙΟ', 'ИТОГО'],
  ...['貯金', '100%_liquid', 'Rainy day 🌧', 'back\\up', 'operating'],
].map(copyText);

export const MEMOS: readonly string[] = [
  ...['Invoice 4711', 'Rent', 'Refund, second half', 'Salary', 'Dîner clients', 'Überweisung', 'Card 1%', 'ΑΠΟΔΕΙΞΗ'],
  ...['spare parts "as is"', '返金', 'line\\break', '🙂'],
].map(copyText);
